"""The local web application: a server on 127.0.0.1 that reads one folder of runs."""
