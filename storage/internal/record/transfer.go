package record

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// Transfer is a row of the table of transfers without its account. It has no postings.
type Transfer struct {
	ID                 int64
	At                 time.Time // zero: NULL
	Kind               string
	Actor              int64  // 0: NULL
	Reason             string // "": NULL, as every text below
	Key                string
	Currency           string
	Requested          int64 // in 1/10000 of RequestedCurrency
	RequestedCurrency  string
	Strict             bool
	AccountDescription string
	UserDescription    string
	Users              string // the fingerprint in hexadecimal
	Details            []byte // JSON of the rest; nil: NULL, there is no rest
}

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

// TransferOf converts the transfer t to a row. It ignores the postings, which have rows of their
// own. Errors: for a kind that does not exist, and for a skipped user whose reason does not exist.
func TransferOf(t balance.Transfer) (Transfer, error) {
	kind, err := t.Kind.MarshalText()
	if err != nil {
		return Transfer{}, fmt.Errorf("transfer %d: %w", t.ID, err)
	}
	r := Transfer{
		ID: int64(t.ID), At: t.At, Kind: string(kind), Actor: int64(t.Actor), Reason: t.Reason, Key: t.Key,
		Currency: string(t.Currency), Requested: int64(t.Requested.Units()), RequestedCurrency: string(t.Requested.Currency()),
		Strict: t.Strict, AccountDescription: t.AccountDescription, UserDescription: t.UserDescription,
	}
	if t.Users != (balance.Fingerprint{}) {
		r.Users = hex.EncodeToString(t.Users[:])
	}
	if t.Rate == "" && t.Reverses == 0 && len(t.Skipped) == 0 {
		return r, nil
	}
	d := details{Rate: t.Rate, Reverses: t.Reverses}
	for _, s := range t.Skipped {
		d.Skipped = append(d.Skipped, skip(s))
	}
	if r.Details, err = json.Marshal(d); err != nil {
		return Transfer{}, fmt.Errorf("transfer %d: %w", t.ID, err)
	}
	return r, nil
}

// Transfer converts the row to a transfer, without its postings. Errors: for a kind that does not
// exist; for a requested amount, a fingerprint of users or a JSON text that is not valid.
func (r *Transfer) Transfer() (balance.Transfer, error) {
	t := balance.Transfer{
		ID: balance.TransferID(r.ID), At: utc(r.At), Actor: user.ID(r.Actor), Reason: r.Reason, Key: r.Key,
		Currency: balance.Currency(r.Currency), Strict: r.Strict, AccountDescription: r.AccountDescription, UserDescription: r.UserDescription,
	}
	var d details
	err := parse(r.Kind, &t.Kind)
	if err == nil && r.RequestedCurrency != "" {
		t.Requested, err = balance.FromUnits(balance.Units(r.Requested), balance.Currency(r.RequestedCurrency))
	}
	if err == nil && r.Users != "" {
		err = t.Users.UnmarshalText([]byte(r.Users))
	}
	if err == nil && r.Details != nil {
		err = Decode(r.Details, &d)
	}
	if err != nil {
		return balance.Transfer{}, fmt.Errorf("transfer %d: %w", r.ID, err)
	}
	t.Rate, t.Reverses = d.Rate, d.Reverses
	for _, s := range d.Skipped {
		t.Skipped = append(t.Skipped, balance.Skip(s))
	}
	return t, nil
}
