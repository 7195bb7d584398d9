package stream

import (
	"cmp"
	"context"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/strictjson"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// record is one record of an account, in the form of its line in a stream. Records are ordered by
// their places. In this order they can be written: a user comes before the transfers to the user.
type record interface {
	place() place
	complete() bool // whether the line has the member that it is about
	write(ctx context.Context, w storage.Writer) error
}

// recordTypes makes an empty record of each type.
var recordTypes = map[string]func() record{
	"ref":        func() record { return new(referenceLine) },
	"user":       func() record { return new(userLine) },
	"transfer":   func() record { return new(transferLine) },
	"change":     func() record { return new(changeLine) },
	"delivery":   func() record { return new(deliveryLine) },
	"deadLetter": func() record { return new(letterLine) },
	"settings":   func() record { return new(settingsLine) },
}

// lineOf returns the JSON line of record r, without a newline. Errors: those of encoding r. The
// text of an error names the record, such as "user 17".
func lineOf(r record) ([]byte, error) {
	b, err := strictjson.Marshal(r)
	if err != nil {
		err = fmt.Errorf("%s: %w", r.place(), err)
	}
	return b, err
}

// parseRecord decodes line b as a record of the type kind, such as "user". It returns nil and no
// error if kind is not the type of a record, such as "sum". Errors: ErrRecord for a line that is
// malformed, has an unknown member or a secret that is not valid, or has no member with the record.
func parseRecord(kind string, b []byte) (record, error) {
	empty, ok := recordTypes[kind]
	if !ok {
		return nil, nil
	}
	r := empty()
	if err := strictjson.Unmarshal(b, r); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRecord, err)
	}
	if !r.complete() {
		return nil, fmt.Errorf("%w: %s is missing", ErrRecord, kind)
	}
	return r, nil
}

// weight returns how much of a batch a record is.
func weight(r record) int {
	if l, ok := r.(*transferLine); ok {
		return 1 + len(l.Transfer.Postings)
	}
	return 1
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

type referenceLine struct {
	Type      string          `json:"type"`
	Reference *user.Reference `json:"ref"`
}

func (l *referenceLine) complete() bool { return l.Reference != nil }
func (l *referenceLine) place() place {
	return place{section: refs, a: uint64(l.Reference.Kind), b: uint64(l.Reference.ID)}
}
func (l *referenceLine) write(ctx context.Context, w storage.Writer) error {
	return w.PutReference(ctx, *l.Reference)
}

// userLine is a user with secret and balance. The balance helps people who read a stream; a target
// computes it from the transfers.
type userLine struct {
	Type    string        `json:"type"`
	User    *user.User    `json:"user"`
	Secret  secret        `json:"secret,omitzero"`
	Balance balance.Units `json:"balance,omitzero"`
}

// secret is a user.Secret that encodes itself.
type secret struct{ user.Secret }

func (s secret) MarshalJSON() ([]byte, error) { return user.MarshalSecret(s.Secret) }

func (s *secret) UnmarshalJSON(b []byte) (err error) {
	s.Secret, err = user.UnmarshalSecret(b)
	return err
}

func (l *userLine) complete() bool { return l.User != nil }
func (l *userLine) place() place   { return place{section: users, a: uint64(l.User.ID)} }
func (l *userLine) write(ctx context.Context, w storage.Writer) error {
	if err := w.PutUser(ctx, *l.User); err != nil || l.Secret.IsZero() {
		return err
	}
	return w.PutSecret(ctx, l.User.ID, l.Secret.Secret)
}

type transferLine struct {
	Type     string            `json:"type"`
	Transfer *balance.Transfer `json:"transfer"`
}

func (l *transferLine) complete() bool { return l.Transfer != nil }
func (l *transferLine) place() place   { return place{section: transfers, a: uint64(l.Transfer.ID)} }
func (l *transferLine) write(ctx context.Context, w storage.Writer) error {
	return w.PostTransfer(ctx, *l.Transfer)
}

type changeLine struct {
	Type   string          `json:"type"`
	Change *storage.Change `json:"change"`
}

func (l *changeLine) complete() bool { return l.Change != nil }
func (l *changeLine) place() place {
	return place{section: changes, a: uint64(l.Change.ID.Revision), b: uint64(l.Change.ID.Index)}
}
func (l *changeLine) write(ctx context.Context, w storage.Writer) error {
	return w.AppendChange(ctx, *l.Change)
}

// deliveryLine is the position of a delivery. It has no lease, because the holder of a lease is a
// process that reads the source.
type deliveryLine struct {
	Type     string           `json:"type"`
	Name     *string          `json:"name"`
	Position storage.ChangeID `json:"position,omitzero"`
}

func (l *deliveryLine) complete() bool { return l.Name != nil }
func (l *deliveryLine) place() place   { return place{section: deliveries, name: *l.Name} }
func (l *deliveryLine) write(ctx context.Context, w storage.Writer) error {
	return w.PutDelivery(ctx, storage.Delivery{Name: *l.Name, Position: l.Position})
}

type letterLine struct {
	Type     string              `json:"type"`
	Delivery string              `json:"delivery"`
	Letter   *storage.DeadLetter `json:"deadLetter"`
}

func (l *letterLine) complete() bool { return l.Letter != nil }
func (l *letterLine) place() place {
	id := l.Letter.Change.ID
	return place{letters, l.Delivery, uint64(id.Revision), uint64(id.Index)}
}
func (l *letterLine) write(ctx context.Context, w storage.Writer) error {
	return w.PutDeadLetter(ctx, l.Delivery, *l.Letter)
}

// settingsLine has the account's settings. It is the last record, because the front door refuses an
// account without settings.
type settingsLine struct {
	Type     string        `json:"type"`
	Settings *user.Account `json:"settings"`
}

func (l *settingsLine) complete() bool { return l.Settings != nil }
func (l *settingsLine) place() place   { return place{section: settings} }
func (l *settingsLine) write(ctx context.Context, w storage.Writer) error {
	return w.PutAccount(ctx, *l.Settings)
}
