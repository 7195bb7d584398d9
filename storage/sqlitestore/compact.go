package sqlitestore

import "context"

// Compact removes erased data from the bytes of the file. Call it after erasing users if the law
// requires that the bytes are gone. Without it, SQLite's write-ahead log keeps old content until
// SQLite writes over it, and the index for parts of names keeps triples of characters of former
// names. No method of the Store returns such old data. Compact rewrites the index of all accounts,
// which takes about a minute for a million users, and writers wait for it. If a running View needs
// the log, Compact leaves the log as it is and returns no error.
//
// Errors: storage.ErrClosed, storage.ErrNestedTx, the context's (before it begins), ErrBusy,
// ErrFull, ErrReadOnly, and the engine's.
func (s *Store) Compact(ctx context.Context) error {
	end, err := s.gate.EnterTx(ctx, true)
	if err != nil {
		return err
	}
	defer end()
	if err := s.turn.Take(ctx, s.gate.Closing()); err != nil {
		return err
	}
	defer s.endTurn()
	s.commit()
	if err := s.begin(ctx); err != nil {
		return err
	}
	if err := do(ctx, s.writer, "INSERT INTO roster_user_grams (roster_user_grams) VALUES ('optimize')", "COMMIT"); err != nil {
		s.rollback()
		return err
	}
	return do(ctx, s.writer, "PRAGMA wal_checkpoint(TRUNCATE)")
}
