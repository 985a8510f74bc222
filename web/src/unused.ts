// Stands for packages whose formats are never read here; see vite.config.ts.
export const loadSpz: any = undefined;
export const MeshoptDecoder: any = undefined;
