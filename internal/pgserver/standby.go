package pgserver

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Standby starts a second server that follows s by streaming replication, and returns the second
// server when it accepts connections. From then on s acknowledges a commit only when the second
// server has the commit on disk too (synchronous_standby_names, synchronous_commit=on). The caller
// must close the second server.
//
// The second server begins as a copy of the files of s. Standby stops s to copy the files, and
// starts s again, so open connections to s end.
//
// Errors: those of creating and copying the files and of starting the servers. After an error s may
// be stopped, or may run and wait at each commit for a standby that does not exist.
func (s *Server) Standby() (*Server, error) {
	dir, err := os.MkdirTemp("", "roster-postgres-")
	if err != nil {
		return nil, err
	}
	second := &Server{bin: s.bin, dir: dir, run: s.run}
	second.set = append(append(second.set, s.set...), "primary_conninfo="+s.dsn+" application_name=standby")
	err = errors.Join(second.run.give(dir), second.choosePort())
	if err == nil {
		s.Stop()
		err = copyTree(s.data(), second.data(), second.run)
	}
	if err == nil {
		err = s.Restart("synchronous_standby_names=standby", "synchronous_commit=on")
	}
	if err == nil {
		err = second.Restart()
	}
	if err != nil {
		second.Close()
		return nil, err
	}
	return second, nil
}

// Promote turns the standby s into a primary, and returns when s accepts writes. It returns an
// error if pg_ctl fails, or if the promotion takes more than 30 seconds.
func (s *Server) Promote() error {
	promote := s.command("pg_ctl", "promote", "-D", s.data(), "-w", "-t", fmt.Sprint(int(patience/time.Second)))
	if out, err := promote.CombinedOutput(); err != nil {
		return fmt.Errorf("pg_ctl promote: %w: %s", err, out)
	}
	return nil
}

// copyTree copies the files of a cluster to a new directory, and marks the copy as a standby by the
// file standby.signal. from and to are the directories. The owner o gets all files; only o may read
// the copy, as PostgreSQL requires. Errors: those of the file system.
func copyTree(from, to string, o *owner) error {
	err := errors.Join(
		os.CopyFS(to, os.DirFS(from)),
		os.WriteFile(filepath.Join(to, "standby.signal"), nil, 0o600),
		os.Chmod(to, 0o700),
	)
	if err != nil {
		return err
	}
	return filepath.WalkDir(to, func(path string, _ fs.DirEntry, err error) error { return errors.Join(err, o.give(path)) })
}
