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

// lineOf appends the JSON line of record r to b, without a newline, and returns the extended slice.
// The text of an error names the record, such as "user 17".
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

// place is the position of a record in its account: the section, and in it the name of a delivery,
// and one or two numbers.
type place struct {
	section section
	name    string
	a, b    uint64
}

type section int

const (
	refs section = iota + 1
	users
	transfers
	changes
	deliveries
	letters
	settings
)

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.section, q.section), cmp.Compare(p.name, q.name), cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b))
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
	case deliveries:
		return fmt.Sprintf("delivery %.80q", p.name)
	case letters:
		return fmt.Sprintf("dead letter of change %d of revision %d in delivery %.80q", p.b, p.a, p.name)
	}
	return "settings"
}

type referenceRecord struct{ user.Reference }

func (r *referenceRecord) place() place {
	return place{section: refs, a: uint64(r.Kind), b: uint64(r.ID)}
}
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
	return place{section: changes, a: uint64(r.ID.Revision), b: uint64(r.ID.Index)}
}
func (r *changeRecord) weight() int     { return 1 }
func (r *changeRecord) count(c *Counts) { c.Changes++ }

func (r *changeRecord) line() (any, error) { return changeLine{"change", &r.Change}, nil }

func (r *changeRecord) write(ctx context.Context, w storage.Writer) error {
	return w.AppendChange(ctx, r.Change)
}

// deliveryRecord is the position of a delivery. It has no lease, because the holder of a lease is a
// process that reads the source.
type deliveryRecord struct {
	name     string
	position storage.ChangeID
}

func (r *deliveryRecord) place() place  { return place{section: deliveries, name: r.name} }
func (r *deliveryRecord) weight() int   { return 1 }
func (r *deliveryRecord) count(*Counts) {}

func (r *deliveryRecord) line() (any, error) {
	return deliveryLine{"delivery", &r.name, r.position}, nil
}

func (r *deliveryRecord) write(ctx context.Context, w storage.Writer) error {
	return w.PutDelivery(ctx, storage.Delivery{Name: r.name, Position: r.position})
}

type letterRecord struct {
	delivery string
	storage.DeadLetter
}

func (r *letterRecord) place() place {
	return place{letters, r.delivery, uint64(r.Change.ID.Revision), uint64(r.Change.ID.Index)}
}
func (r *letterRecord) weight() int   { return 1 }
func (r *letterRecord) count(*Counts) {}

func (r *letterRecord) line() (any, error) {
	return letterLine{"deadLetter", r.delivery, &r.DeadLetter}, nil
}

func (r *letterRecord) write(ctx context.Context, w storage.Writer) error {
	return w.PutDeadLetter(ctx, r.delivery, r.DeadLetter)
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
