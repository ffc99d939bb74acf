export interface Größe {
  wert: number;
  einheit: string;
}
