export function createFaceApi() {
  return {};
}
