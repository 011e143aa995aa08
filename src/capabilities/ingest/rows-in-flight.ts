import { noRoom } from './no-room.ts';

// Above the first two no request is begun, above the others none that is under way goes on. A row is about half
// a kilobyte of memory until it is written, beside its text, and its text is copied when it is written.
export const MAX_ROWS_BEFORE_REQUEST = 100_000;
export const MAX_BYTES_BEFORE_REQUEST = 134_217_728;
export const MAX_ROWS_IN_FLIGHT = 200_000;
export const MAX_BYTES_IN_FLIGHT = 268_435_456;

/** Rows that one request has gathered and the store has not got yet. */
export interface Reservation {
  /** Throws AppError `limit-exceeded` where too much is gathered and waits already. */
  add(rows: number, bytes: number): void;
  /** Gives back all of it; to be called just before the rows are appended, or when they are given up. */
  release(): void;
}

export interface RowsInFlight {
  /** Throws AppError `limit-exceeded` while no further request should be read. */
  assertRoom(): void;
  /** Throws AppError `limit-exceeded`; what is too much by itself is taken where nothing else is in flight. */
  add(rows: number, bytes: number): void;
  remove(rows: number, bytes: number): void;
  reserve(): Reservation;
}

/** Counts what requests gather and what waits for the store, all of them together. */
export const createRowsInFlight = (): RowsInFlight => {
  let rowsNow = 0;
  let bytesNow = 0;
  const add = (rows: number, bytes: number): void => {
    const isTooMuch = rowsNow + rows > MAX_ROWS_IN_FLIGHT || bytesNow + bytes > MAX_BYTES_IN_FLIGHT;
    if (rowsNow > 0 && isTooMuch) throw noRoom();
    rowsNow += rows;
    bytesNow += bytes;
  };
  const remove = (rows: number, bytes: number): void => {
    rowsNow -= rows;
    bytesNow -= bytes;
  };
  return {
    assertRoom: () => {
      if (rowsNow > MAX_ROWS_BEFORE_REQUEST || bytesNow > MAX_BYTES_BEFORE_REQUEST) throw noRoom();
    },
    add,
    remove,
    reserve: () => {
      let reservedRows = 0;
      let reservedBytes = 0;
      return {
        add: (rows, bytes) => {
          add(rows, bytes);
          reservedRows += rows;
          reservedBytes += bytes;
        },
        release: () => {
          remove(reservedRows, reservedBytes);
          reservedRows = 0;
          reservedBytes = 0;
        },
      };
    },
  };
};
