package record

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// Transfer is what a transfer has beside its postings, without its account.
type Transfer struct {
	ID      int64
	At      time.Time // zero: NULL
	Kind    string
	Actor   int64  // 0: NULL
	Reason  string // "": NULL
	Key     string // "": NULL
	Details []byte // JSON: a transfer without what stands above and without postings
}

// details has the names of balance.Transfer's JSON.
type details struct {
	Currency    balance.Currency    `json:"currency,omitempty"`
	Requested   balance.Money       `json:"requested,omitzero"`
	Rate        string              `json:"rate,omitempty"`
	Strict      bool                `json:"strict,omitempty"`
	Users       balance.Fingerprint `json:"users,omitzero"`
	Reverses    balance.TransferID  `json:"reverses,omitempty"`
	AccountText string              `json:"accountText,omitempty"`
	UserText    string              `json:"userText,omitempty"`
	Skipped     []skip              `json:"skipped,omitempty"`
}

type skip struct {
	User   user.ID            `json:"user"`
	Reason balance.SkipReason `json:"reason"`
}

// TransferOf returns a transfer without its postings as a row. Errors: for one that has no JSON form.
func TransferOf(t balance.Transfer) (Transfer, error) {
	d := details{
		Currency: t.Currency, Requested: t.Requested, Rate: t.Rate, Strict: t.Strict, Users: t.Users, Reverses: t.Reverses,
		AccountText: t.AccountText, UserText: t.UserText,
	}
	for _, s := range t.Skipped {
		d.Skipped = append(d.Skipped, skip(s))
	}
	b, err := json.Marshal(d)
	if err != nil {
		return Transfer{}, fmt.Errorf("transfer %d: %w", t.ID, err)
	}
	kind, err := t.Kind.MarshalText()
	if err != nil {
		return Transfer{}, fmt.Errorf("transfer %d: %w", t.ID, err)
	}
	return Transfer{int64(t.ID), t.At, string(kind), int64(t.Actor), t.Reason, t.Key, b}, nil
}

// Transfer returns the row's transfer, without postings. Errors: for a name that no kind has; for
// JSON that is no transfer's.
func (r *Transfer) Transfer() (balance.Transfer, error) {
	var d details
	t := balance.Transfer{
		ID: balance.TransferID(r.ID), At: utc(r.At), Actor: user.ID(r.Actor), Reason: r.Reason, Key: r.Key,
	}
	err := json.Unmarshal(r.Details, &d)
	if err == nil {
		err = parse(r.Kind, &t.Kind)
	}
	if err != nil {
		return balance.Transfer{}, fmt.Errorf("transfer %d: %w", r.ID, err)
	}
	t.Currency, t.Requested, t.Rate, t.Strict, t.Users, t.Reverses = d.Currency, d.Requested, d.Rate, d.Strict, d.Users, d.Reverses
	t.AccountText, t.UserText = d.AccountText, d.UserText
	for _, s := range d.Skipped {
		t.Skipped = append(t.Skipped, balance.Skip(s))
	}
	return t, nil
}
