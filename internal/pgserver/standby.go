package pgserver

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Standby starts a second server that follows s by streaming replication, and returns the second
// server when it accepts connections. The second server has the settings of s and those of the
// parameter settings. From then on s acknowledges a commit only when the second server has the
// commit on disk too (synchronous_standby_names, synchronous_commit=on). The caller must close the
// second server.
//
// The second server begins as a copy of the files of s. Standby stops s to copy the files, and
// starts s again, so open connections to s end.
//
// Errors: those of creating and copying the files and of starting the servers. After an error s may
// be stopped, or may run and wait at each commit for a standby that does not exist.
func (s *Server) Standby(settings ...string) (*Server, error) {
	dir, err := os.MkdirTemp("", "roster-postgres-")
	if err != nil {
		return nil, err
	}
	second := &Server{bin: s.bin, dir: dir, run: s.run}
	second.set = append(append(second.set, s.set...), settings...)
	second.set = append(second.set, "primary_conninfo="+s.dsn+" application_name=standby")
	err = errors.Join(second.run.give(dir), second.choosePort())
	if err == nil {
		s.Stop()
		err = copyTree(s.data(), second.data(), second.run)
	}
	if err == nil {
		signal := filepath.Join(second.data(), "standby.signal")
		err = errors.Join(os.WriteFile(signal, nil, 0o600), second.run.give(signal))
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

// copyTree copies a directory for a new owner. Only the owner may read the copy, as PostgreSQL
// requires.
func copyTree(from, to string, o *owner) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, name)
		if d.IsDir() {
			err = os.Mkdir(target, 0o700)
		} else {
			err = copyFile(path, target)
		}
		return errors.Join(err, o.give(target))
	})
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
