package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/ca74b63c/roster/examples/privatefile"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/stream"
	"github.com/ca74b63c/roster/user"
)

// copier moves accounts and compares them.
type copier struct {
	source, target place
	in             io.Reader
	out            io.Writer
	options        []stream.Option
	bar            *bar
}

func (m *copier) move(ctx context.Context) ([]stream.Summary, error) {
	switch {
	case m.source.kind == jsonl:
		return m.fromStream(ctx)
	case m.target.kind == jsonl:
		return m.toStream(ctx)
	}
	return m.between(ctx)
}

// withStorage opens the storage at p, calls fn with the storage, and closes the storage. source
// reports whether accounts are read from the storage, which must then exist. If source is false and
// the storage is a memory snapshot, withStorage saves the snapshot to its file before it closes the
// storage, even if fn failed.
//
// Errors: that of opening, with the kind of p before it; otherwise the errors of fn, of saving and
// of closing, joined.
func withStorage(ctx context.Context, p place, source bool, fn func(storage.Storage) error) (err error) {
	s, err := p.open(ctx, source)
	if err != nil {
		return fmt.Errorf("%s: %w", p.kind, err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	err = fn(s)
	if kept, ok := s.(snapshot); ok && !source {
		err = errors.Join(err, kept.keep())
	}
	return err
}

// between moves accounts from one storage to another, and compares them record by record.
func (m *copier) between(ctx context.Context) (list []stream.Summary, err error) {
	err = withStorage(ctx, m.source, true, func(from storage.Storage) error {
		return withStorage(ctx, m.target, false, func(to storage.Storage) error {
			m.bar.begin("moving")
			if list, err = stream.Copy(ctx, from, to, m.options...); err != nil {
				return err
			}
			m.bar.begin("comparing")
			_, err := stream.Verify(ctx, from, to, m.options...)
			return err
		})
	})
	return list, err
}

// toStream exports the accounts of the source storage as a stream and returns a summary of each
// account. If the target is the standard output, toStream writes the stream to m.out and checks
// nothing. Otherwise it writes the file of the target with privatefile.Write, reads the file again
// and compares the summaries.
//
// Errors: those of opening and closing the source; those of stream.Export and privatefile.Write;
// those of reading the file and of stream.Check; stream.ErrDifferent if the summaries differ.
func (m *copier) toStream(ctx context.Context) (list []stream.Summary, err error) {
	err = withStorage(ctx, m.source, true, func(from storage.Storage) error {
		m.bar.begin("writing")
		export := func(w io.Writer) error {
			list, err = stream.Export(ctx, from, w, m.options...)
			return err
		}
		if m.target.name == standard {
			return export(m.out)
		}
		return privatefile.Write(m.target.name, export)
	})
	if err != nil || m.target.name == standard {
		return list, err
	}
	f, err := os.Open(m.target.name)
	if err != nil {
		return list, err
	}
	defer f.Close()
	m.bar.begin("reading again")
	read, err := stream.Check(ctx, f, m.options...)
	if err == nil && !slices.Equal(read, list) {
		err = fmt.Errorf("the file is not what was written: %w", stream.ErrDifferent)
	}
	return list, err
}

// fromStream imports the accounts of a stream into the target storage and returns a summary of each
// account. The stream is the file of the source, or m.in if the source is the standard input. Then
// fromStream exports the imported accounts, without storing the result, and compares the summaries.
//
// Errors: those of opening the file, and of opening, saving and closing the target; those of
// stream.Import and stream.Export; stream.ErrDifferent if the summaries differ.
func (m *copier) fromStream(ctx context.Context) (list []stream.Summary, err error) {
	in := m.in
	if m.source.name != standard {
		f, err := os.Open(m.source.name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	err = withStorage(ctx, m.target, false, func(to storage.Storage) error {
		m.bar.begin("moving")
		if list, err = stream.Import(ctx, in, to, m.options...); err != nil {
			return err
		}
		names := make([]user.AccountID, len(list))
		for i, s := range list {
			names[i] = s.Account
		}
		m.bar.begin("comparing")
		there, err := stream.Export(ctx, to, io.Discard, append(m.options, stream.Only(names...))...)
		if err == nil && !slices.Equal(there, list) {
			err = stream.ErrDifferent
		}
		return err
	})
	return list, err
}
