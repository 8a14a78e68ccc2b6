declare module "react" {
  export interface RefObject<T> { current: T }
  export function useRef<T>(initial: T | null): RefObject<T | null>;
  export function useState<T>(initial: T): [T, (value: T | ((before: T) => T)) => void];
  export function useEffect(effect: () => void | (() => void), deps?: unknown[]): void;
}
