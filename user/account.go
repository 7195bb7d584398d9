package user

import (
	"errors"
	"time"

	"github.com/ca74b63c/roster/validate"
)

// Account is a tenant's own settings. Its money is package balance's.
type Account struct {
	ID       AccountID `json:"id"`
	Version  Revision  `json:"version"` // the revision that last changed the settings
	Name     string    `json:"name,omitempty"`
	Currency string    `json:"currency"` // ISO 4217 code; fixed once money has moved

	// Overdraft is how far the account's balance may go below zero, in 1/10000 of the currency's unit.
	Overdraft int64 `json:"overdraft,omitempty"`
	// DefaultMaxAsyncChats is inherited by users without a number of their own (LivePerson maxAsyncChats).
	DefaultMaxAsyncChats int `json:"defaultMaxAsyncChats,omitempty"`
	// NameReuse says when a deleted user's names may be taken again.
	NameReuse NameReuse `json:"nameReuse,omitzero"`
	// ReservationTime is how long a reserved chat slot is kept; 0 is DefaultReservationTime.
	ReservationTime time.Duration `json:"reservationTime,omitempty"`
	// MaxUsers is how many live users it may have; 0 sets no limit of its own.
	MaxUsers int `json:"maxUsers,omitempty"`
	// CustomAttributes are the host's own attributes of the account's users.
	CustomAttributes CustomSchema `json:"customAttributes,omitzero"`

	Created time.Time `json:"created,omitzero"`
}

// DefaultReservationTime is how long a chat slot stays reserved where the account says nothing.
const DefaultReservationTime = 30 * time.Second

// Reservation returns how long a reserved slot is kept.
func (a Account) Reservation() time.Duration {
	if a.ReservationTime > 0 {
		return a.ReservationTime
	}
	return DefaultReservationTime
}

// ErrTooManyUsers is returned when an account would have more live users than MaxUsers allows (Voximplant 109,
// "Exceeded the user number limit per account").
var ErrTooManyUsers = errors.New("user: the account has as many users as it may have")

// CheckRoom returns nil if so many more users may live in an account where so many live. Error: ErrTooManyUsers.
func (a Account) CheckRoom(live, more int) error {
	if a.MaxUsers > 0 && live > a.MaxUsers-more {
		return ErrTooManyUsers
	}
	return nil
}

// Check returns the problems of an account's settings, or nil.
func (a Account) Check() error {
	var c validate.Collector
	c.Check(validate.AccountID, validate.Strict, "/id", string(a.ID))
	c.Optional(validate.DisplayName, validate.Strict, "/name", a.Name)
	if cur, ok := validate.CurrencyByCode(a.Currency); !ok || cur.Code != a.Currency {
		c.Add(validate.Problem{Path: "/currency", Code: validate.Unknown})
	}
	if a.Overdraft < 0 || a.Overdraft > maxOverdraft {
		c.Add(notWithin("/overdraft", "0", "99999999999999.9999"))
	}
	c.Range("/defaultMaxAsyncChats", int64(a.DefaultMaxAsyncChats), 0, MaxChatsLimit)
	c.Range("/maxUsers", int64(a.MaxUsers), 0, 1<<31-1)
	checkDuration(&c, "/nameReuse/hold", a.NameReuse.Hold)
	checkDuration(&c, "/reservationTime", a.ReservationTime)
	c.Merge("/customAttributes", a.CustomAttributes.Check())
	return c.Err()
}

// Equal reports whether a and b are the same in every setting. Times are equal if they are the same
// instant.
func (a Account) Equal(b Account) bool {
	return a.ID == b.ID && a.Version == b.Version && a.Name == b.Name && a.Currency == b.Currency &&
		a.Overdraft == b.Overdraft && a.DefaultMaxAsyncChats == b.DefaultMaxAsyncChats && a.NameReuse == b.NameReuse &&
		a.ReservationTime == b.ReservationTime && a.MaxUsers == b.MaxUsers &&
		a.CustomAttributes.Equal(b.CustomAttributes) && a.Created.Equal(b.Created)
}

func checkDuration(c *validate.Collector, path string, d time.Duration) {
	if d < 0 || d > maxDuration {
		c.Add(notWithin(path, "0s", maxDuration.String()))
	}
}

// notWithin says the limits of a value as its JSON spells them.
func notWithin(path, least, most string) validate.Problem {
	params := validate.Params{}.WithText("min", least).WithText("max", most)
	return validate.Problem{Path: path, Code: validate.OutOfRange, Params: params}
}

// maxDuration leaves room to add a time to it.
const maxDuration time.Duration = 1 << 62

// maxOverdraft is as much as a balance can be (package balance).
const maxOverdraft = 999_999_999_999_999_999
