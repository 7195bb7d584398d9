package user

import (
	"errors"
	"time"

	"github.com/ca74b63c/roster/validate"
)

// Account holds the settings of an account, which is a tenant. Package balance holds its money.
type Account struct {
	ID AccountID `json:"id"`
	// Version is the revision that last changed the settings.
	Version Revision `json:"version"`
	Name    string   `json:"name,omitempty"`
	// Currency is an ISO 4217 code. It cannot change once money has moved.
	Currency string `json:"currency"`

	// Overdraft is how far the balance of the account may go below zero, in 1/10000 of the
	// currency's unit.
	Overdraft int64 `json:"overdraft,omitempty"`
	// DefaultMaxAsyncChats applies to users without a MaxAsyncChats of their own (LivePerson
	// maxAsyncChats).
	DefaultMaxAsyncChats int `json:"defaultMaxAsyncChats,omitempty"`
	// NameReuse says when another user may take the unique names of a deleted user.
	NameReuse NameReuse `json:"nameReuse,omitzero"`
	// ReservationTime is how long a reservation of a chat slot lasts; 0 is
	// DefaultReservationTime.
	ReservationTime time.Duration `json:"reservationTime,omitempty"`
	// MaxUsers is the greatest number of live users; 0 is no limit.
	MaxUsers int `json:"maxUsers,omitempty"`
	// CustomAttributes are the host's own attributes of the account's users.
	CustomAttributes CustomSchema `json:"customAttributes,omitzero"`

	Created time.Time `json:"created,omitzero"`
}

// DefaultReservationTime is how long a reservation lasts if the account does not say.
const DefaultReservationTime = 30 * time.Second

// Reservation returns how long a reservation of a chat slot lasts.
func (a Account) Reservation() time.Duration {
	if a.ReservationTime > 0 {
		return a.ReservationTime
	}
	return DefaultReservationTime
}

// ErrTooManyUsers is returned if an account would have more live users than MaxUsers (Voximplant
// 109, "Exceeded the user number limit per account").
var ErrTooManyUsers = errors.New("user: the account has as many users as it may have")

// CheckRoom returns nil if an account with the given number of live users may have more of them.
// Error: ErrTooManyUsers.
func (a Account) CheckRoom(live, more int) error {
	if a.MaxUsers > 0 && live > a.MaxUsers-more {
		return ErrTooManyUsers
	}
	return nil
}

// Check returns nil if all settings of the account are valid, else a *validate.Error with every
// problem. It checks the id, the name, the currency, the overdraft, the limits, the durations and
// the definitions of the custom attributes. The name may be empty. The path of a problem is the
// JSON pointer of the setting, such as "/currency". Check does not check Version and Created.
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

// checkDuration adds a problem for a duration below zero or above maxDuration.
func checkDuration(c *validate.Collector, path string, d time.Duration) {
	if d < 0 || d > maxDuration {
		c.Add(notWithin(path, "0s", maxDuration.String()))
	}
}

// notWithin returns the problem of a value that is out of range. least and most are the limits as
// JSON.
func notWithin(path, least, most string) validate.Problem {
	params := validate.Params{}.WithText("min", least).WithText("max", most)
	return validate.Problem{Path: path, Code: validate.OutOfRange, Params: params}
}

// maxDuration is the greatest duration. A time can be added to it without an overflow.
const maxDuration time.Duration = 1 << 62

// maxOverdraft is the greatest balance (balance.MaxUnits).
const maxOverdraft = 999_999_999_999_999_999
