package sqlitestore

import "context"

// Compact takes out of the file what was forgotten and is still there: SQLite's log holds what was overwritten until it
// comes round, and the index for parts of names holds triples of characters of a former name, under a number, until it
// merges that part. Nothing reads either. Call it after erasing users, when the law wants the bytes gone, and seldom
// otherwise: it rewrites the index of all accounts, about a minute for a million users, and writers wait.
//
// Errors: storage.ErrClosed, the context's (before it begins), ErrBusy, ErrFull, ErrReadOnly, and the engine's. The log
// stays as it is, without an error, while a View runs that needs it.
func (s *Store) Compact(ctx context.Context) error {
	end, err := s.enterTx(ctx)
	if err != nil {
		return err
	}
	defer end()
	if err := s.turn.Take(ctx, s.closing); err != nil {
		return err
	}
	defer s.pass()
	s.settle()
	if err := s.begin(ctx); err != nil {
		return err
	}
	if _, err := s.writer.exec("INSERT INTO roster_user_grams (roster_user_grams) VALUES ('optimize')"); err != nil {
		s.rollback()
		return named(ctx, err)
	}
	if _, err := s.writer.exec("COMMIT"); err != nil {
		s.rollback()
		return named(ctx, err)
	}
	_, err = s.writer.exec("PRAGMA wal_checkpoint(TRUNCATE)")
	return named(ctx, err)
}
