package record

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// details is the JSON text of a transfer's row, with the field names of balance.Transfer's JSON.
type details struct {
	Rate     string             `json:"rate,omitempty"`
	Reverses balance.TransferID `json:"reverses,omitempty"`
	Skipped  []skip             `json:"skipped,omitempty"`
}

type skip struct {
	User   user.ID            `json:"user"`
	Reason balance.SkipReason `json:"reason"`
}

// TransferRow returns the values of the transfer t for the columns that a Head reads, without the
// id. It ignores the postings. A zero value becomes NULL, except for two columns: the flag strict
// becomes false, and the kind becomes "". Errors: for a kind that does not exist, and for a skipped
// user whose reason does not exist.
func TransferRow(t balance.Transfer) ([]any, error) {
	kind, err := t.Kind.MarshalText()
	if err != nil {
		return nil, fmt.Errorf("transfer %d: %w", t.ID, err)
	}
	users := ""
	if t.Users != (balance.Fingerprint{}) {
		users = hex.EncodeToString(t.Users[:])
	}
	var rest []byte
	if t.Rate != "" || t.Reverses != 0 || len(t.Skipped) > 0 {
		d := details{Rate: t.Rate, Reverses: t.Reverses}
		for _, s := range t.Skipped {
			d.Skipped = append(d.Skipped, skip(s))
		}
		if rest, err = json.Marshal(d); err != nil {
			return nil, fmt.Errorf("transfer %d: %w", t.ID, err)
		}
	}
	return []any{
		NullTime(t.At), string(kind), Null(int64(t.Actor)), Null(t.Reason), Null(t.Key), Null(string(t.Currency)),
		Null(int64(t.Requested.Units())), Null(string(t.Requested.Currency())), t.Strict, Null(t.AccountDescription),
		Null(t.UserDescription), Null(users), Null(string(rest)),
	}, nil
}

// Head receives the columns that describe a transfer, apart from its postings: the id, and the
// columns of TransferRow. They are NULL in rows at positions other than 0.
type Head struct {
	ID                                         int64
	actor, requested                           *int64 // requested is in 1/10000 of the currency of
	at                                         *time.Time
	kind, reason, key, currency, of            *string
	strict                                     *bool
	accountDescription, userDescription, users *string // users is the fingerprint in hexadecimal
	details                                    []byte  // JSON of the rest; nil: there is no rest
}

// Fields returns the destinations for the columns.
func (h *Head) Fields() []any {
	return []any{&h.ID, &h.at, &h.kind, &h.actor, &h.reason, &h.key, &h.currency, &h.requested, &h.of, &h.strict,
		&h.accountDescription, &h.userDescription, &h.users, &h.details}
}

// Transfer converts the row that h has scanned to a transfer, without the postings. Errors: for a
// kind that does not exist; for a requested amount, a fingerprint of users or a JSON text that is
// not valid.
func (h *Head) Transfer() (balance.Transfer, error) {
	t := balance.Transfer{
		ID: balance.TransferID(h.ID), At: utc(h.at), Actor: user.ID(OrZero(h.actor)), Reason: OrZero(h.reason), Key: OrZero(h.key),
		Currency: balance.Currency(OrZero(h.currency)), Strict: OrZero(h.strict),
		AccountDescription: OrZero(h.accountDescription), UserDescription: OrZero(h.userDescription),
	}
	var d details
	err := parse(OrZero(h.kind), &t.Kind)
	if err == nil && h.of != nil {
		t.Requested, err = balance.FromUnits(balance.Units(OrZero(h.requested)), balance.Currency(*h.of))
	}
	if err == nil && h.users != nil {
		err = t.Users.UnmarshalText([]byte(*h.users))
	}
	if err == nil && h.details != nil {
		err = Decode(h.details, &d)
	}
	if err != nil {
		return balance.Transfer{}, fmt.Errorf("transfer %d: %w", h.ID, err)
	}
	t.Rate, t.Reverses = d.Rate, d.Reverses
	for _, s := range d.Skipped {
		t.Skipped = append(t.Skipped, balance.Skip(s))
	}
	return t, nil
}
