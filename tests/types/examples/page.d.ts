// What plain JavaScript takes for granted: elements are there, and of the kind that their page has.

interface Document {
  getElementById(id: string): any;
  querySelector(selector: string): any;
}
interface ImportMeta {
  env: { BASE_URL: string }; // of Vite
}
