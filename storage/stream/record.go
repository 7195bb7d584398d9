package stream

import (
	"cmp"
	"context"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// record is one record of an account. Records are ordered by their places. In this order they can
// be written: a user comes before the transfers to the user.
type record interface {
	place() place
	line() (any, error) // a line of a stream, for appendLine
	write(ctx context.Context, w storage.Writer) error
	weight() int // how much of a batch it is
	count(c *Counts)
}

// lineOf appends a record as a line of a stream, without a newline.
func lineOf(b []byte, r record) ([]byte, error) {
	line, err := r.line()
	if err == nil {
		b, err = appendLine(b, line)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", r.place(), err)
	}
	return b, err
}

// place is the position of a record in its account: the section, and one or two numbers in it.
type place struct {
	section section
	a, b    uint64
}

type section int

const (
	refs section = iota + 1
	users
	transfers
	changes
	settings
)

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.section, q.section), cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b))
}

// String returns the type and the id of the record, such as "user 17".
func (p place) String() string {
	switch p.section {
	case refs:
		return fmt.Sprintf("%s %d", user.ReferenceKind(p.a), p.b)
	case users:
		return fmt.Sprintf("user %d", p.a)
	case transfers:
		return fmt.Sprintf("transfer %d", p.a)
	case changes:
		return fmt.Sprintf("change %d of revision %d", p.b, p.a)
	}
	return "settings"
}

type referenceRecord struct{ user.Reference }

func (r *referenceRecord) place() place    { return place{refs, uint64(r.Kind), uint64(r.ID)} }
func (r *referenceRecord) weight() int     { return 1 }
func (r *referenceRecord) count(c *Counts) { c.References++ }

func (r *referenceRecord) line() (any, error) { return referenceLine{"ref", &r.Reference}, nil }

func (r *referenceRecord) write(ctx context.Context, w storage.Writer) error {
	return w.PutReference(ctx, r.Reference)
}

// userRecord is a user with secret and balance. The balance helps people who read a stream; a
// target computes it from the transfers.
type userRecord struct {
	user.User
	secret  user.Secret
	balance balance.Units
}

func (r *userRecord) place() place    { return place{section: users, a: uint64(r.ID)} }
func (r *userRecord) weight() int     { return 1 }
func (r *userRecord) count(c *Counts) { c.Users++ }

func (r *userRecord) line() (any, error) {
	l := userLine{Type: "user", User: &r.User, Balance: r.balance}
	if r.secret.IsZero() {
		return l, nil
	}
	var err error
	l.Secret, err = user.MarshalSecret(r.secret)
	return l, err
}

func (r *userRecord) write(ctx context.Context, w storage.Writer) error {
	if err := w.PutUser(ctx, r.User); err != nil || r.secret.IsZero() {
		return err
	}
	return w.PutSecret(ctx, r.ID, r.secret)
}

type transferRecord struct{ balance.Transfer }

func (r *transferRecord) place() place    { return place{section: transfers, a: uint64(r.ID)} }
func (r *transferRecord) weight() int     { return 1 + len(r.Postings) }
func (r *transferRecord) count(c *Counts) { c.Transfers++ }

func (r *transferRecord) line() (any, error) { return transferLine{"transfer", &r.Transfer}, nil }

func (r *transferRecord) write(ctx context.Context, w storage.Writer) error {
	return w.PostTransfer(ctx, r.Transfer)
}

type changeRecord struct{ storage.Change }

func (r *changeRecord) place() place {
	return place{changes, uint64(r.ID.Revision), uint64(r.ID.Index)}
}
func (r *changeRecord) weight() int     { return 1 }
func (r *changeRecord) count(c *Counts) { c.Changes++ }

func (r *changeRecord) line() (any, error) { return changeLine{"change", &r.Change}, nil }

func (r *changeRecord) write(ctx context.Context, w storage.Writer) error {
	return w.AppendChange(ctx, r.Change)
}

// settingsRecord has the account's settings. It is the last record, because the front door refuses
// an account without settings.
type settingsRecord struct{ user.Account }

func (r *settingsRecord) place() place  { return place{section: settings} }
func (r *settingsRecord) weight() int   { return 1 }
func (r *settingsRecord) count(*Counts) {}

func (r *settingsRecord) line() (any, error) { return settingsLine{"settings", &r.Account}, nil }

func (r *settingsRecord) write(ctx context.Context, w storage.Writer) error {
	return w.PutAccount(ctx, r.Account)
}
