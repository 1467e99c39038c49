/** One file of an export. The name is without a folder; the caller decides where it goes. */
export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}
