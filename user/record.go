package user

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ca74b63c/roster/internal/strictjson"
	"github.com/ca74b63c/roster/validate"
)

// This file holds the JSON forms of stored data, which docs/records.md documents.

// MarshalJSON returns the user as JSON, with times in UTC and in microseconds. It returns an error
// for a text that is not valid UTF-8 or has a NUL, and for an undefined number of an enumeration,
// such as a Status. It returns ErrTime for a time outside the years 1 to 9999.
func (u User) MarshalJSON() ([]byte, error) {
	type bare User
	if err := u.eachTime(toRecord); err != nil {
		return nil, fmt.Errorf("encoding user %d: %w", u.ID, err)
	}
	return encode(bare(u), "user %d", u.ID)
}

// UnmarshalJSON sets u to the user in the JSON object b, as MarshalJSON writes it. A missing member
// gets its zero value, and null gives the zero User. After an error u is unchanged.
//
// Errors:
//
//   - an error that wraps a *validate.Error with each problem at its path: the JSON is not valid,
//     or has an unknown or repeated member, a wrong type or an unknown name
//   - an error for a time finer than a microsecond
//   - ErrTime for a time outside the years 1 to 9999
func (u *User) UnmarshalJSON(b []byte) error {
	type bare User
	var read User
	err := strictjson.Unmarshal(b, (*bare)(&read))
	if err == nil {
		err = read.eachTime(fromRecord)
	}
	if err != nil {
		return &decodeError{fmt.Errorf("decoding a user: %w", err), validate.Unmarshal(b, new(bare))}
	}
	*u = read
	return nil
}

// eachTime calls f with a pointer to each time of the user, so that f can change the time. After
// the first error of f, eachTime stops calling f and returns the error. Copies of a user share
// their lists, so eachTime first copies a list that it changes.
func (u *User) eachTime(f func(*time.Time) error) error {
	var err error
	do := func(t *time.Time) {
		if err == nil {
			err = f(t)
		}
	}
	do(&u.Credentials.ChangedAt)
	do(&u.Capacity.MemberOf.Since)
	u.Capacity.Reservations = u.Capacity.Reservations.each(func(r *Reservation) { do(&r.Until) })
	u.Management.ManagerOf = u.Management.ManagerOf.each(func(a *Assignment) { do(&a.Since) })
	do(&u.Presence.Since)
	do(&u.Presence.Lock.At)
	do(&u.Lifecycle.Created)
	do(&u.Lifecycle.Updated)
	do(&u.Lifecycle.Deleted)
	do(&u.Lifecycle.HoldUntil)
	return err
}

// toRecord converts a time to its stored form: UTC, in microseconds. Errors: ErrTime.
func toRecord(t *time.Time) error {
	*t = NormalizeTime(*t)
	return CheckTime(*t)
}

// fromRecord converts a stored time to UTC. It returns ErrTime, and an error for a time finer
// than a microsecond.
func fromRecord(t *time.Time) error {
	if err := strictjson.Time(t); err != nil {
		return err
	}
	return CheckTime(*t)
}

// accountRecord is the JSON form of an account. Its fields replace the fields of bareAccount with
// the same name.
type accountRecord struct {
	bareAccount
	Overdraft       amount          `json:"overdraft,omitzero"`
	NameReuse       nameReuseRecord `json:"nameReuse,omitzero"`
	ReservationTime duration        `json:"reservationTime,omitzero"`
}

type bareAccount Account

type nameReuseRecord struct {
	Never bool     `json:"never,omitempty"`
	Hold  duration `json:"hold,omitzero"`
}

// MarshalJSON encodes the settings of the account. Errors: as of User.MarshalJSON.
func (a Account) MarshalJSON() ([]byte, error) {
	err := toRecord(&a.Created)
	if err != nil {
		return nil, fmt.Errorf("encoding account %.64q: %w", a.ID, err)
	}
	return encode(accountRecord{
		bareAccount: bareAccount(a), Overdraft: amount(a.Overdraft), ReservationTime: duration(a.ReservationTime),
		NameReuse: nameReuseRecord{a.NameReuse.Never, duration(a.NameReuse.Hold)},
	}, "account %.64q", a.ID)
}

// UnmarshalJSON sets a to the account in the JSON object b, as MarshalJSON writes it. A missing
// member gets its zero value, and null gives the zero Account. After an error a is unchanged.
// Errors: as of User.UnmarshalJSON.
func (a *Account) UnmarshalJSON(b []byte) error {
	var r accountRecord
	err := strictjson.Unmarshal(b, &r)
	if err == nil {
		err = fromRecord(&r.Created)
	}
	if err != nil {
		return &decodeError{fmt.Errorf("decoding an account: %w", err), validate.Unmarshal(b, new(accountRecord))}
	}
	*a = Account(r.bareAccount)
	a.Overdraft, a.ReservationTime = int64(r.Overdraft), time.Duration(r.ReservationTime)
	a.NameReuse = NameReuse{r.NameReuse.Never, time.Duration(r.NameReuse.Hold)}
	return nil
}

// MarshalJSON encodes the piece of reference data. Errors: as of User.MarshalJSON.
func (r Reference) MarshalJSON() ([]byte, error) {
	type bare Reference
	return encode(bare(r), "%s %d", r.Kind, r.ID)
}

// UnmarshalJSON sets r to the piece of reference data in the JSON object b, as MarshalJSON writes
// it. A missing member gets its zero value, and null gives the zero Reference. After an error r is
// unchanged. Errors: as of User.UnmarshalJSON.
func (r *Reference) UnmarshalJSON(b []byte) error {
	type bare Reference
	var read Reference
	if err := strictjson.Unmarshal(b, (*bare)(&read)); err != nil {
		return &decodeError{fmt.Errorf("decoding reference data: %w", err), validate.Unmarshal(b, new(bare))}
	}
	*r = read
	return nil
}

// decodeError is an error of a JSON decoder, with the problems of single members at their paths.
type decodeError struct {
	err      error
	problems error // nil if no single member is wrong
}

// Error returns the text of the decoder's error.
func (e *decodeError) Error() string { return e.err.Error() }

// Unwrap returns the problems first, because err may wrap the problems of a part only.
func (e *decodeError) Unwrap() []error {
	if e.problems == nil {
		return []error{e.err}
	}
	return []error{e.problems, e.err}
}

type secretRecord struct {
	Hash     string    `json:"hash,omitempty"`
	Changed  time.Time `json:"changed,omitzero"`
	Previous []string  `json:"previous,omitempty"`
}

// MarshalSecret returns the secret s as JSON, including the hashes of the passwords, which every
// other encoding hides. Only storages need MarshalSecret. Protect the bytes as you protect
// passwords. It returns an error for a hash that is not valid UTF-8 or has a NUL, and ErrTime for a
// time outside the years 1 to 9999.
func MarshalSecret(s Secret) ([]byte, error) {
	held := s.held()
	if err := toRecord(&held.changed); err != nil {
		return nil, fmt.Errorf("encoding a secret: %w", err)
	}
	return encode(secretRecord{held.hash, held.changed, held.previous.items()}, "a secret")
}

// encode returns record as JSON. It adds the name of the record, which is format with args as in
// fmt.Sprintf, to an error of strictjson.Marshal.
func encode(record any, format string, args ...any) ([]byte, error) {
	b, err := strictjson.Marshal(record)
	if err != nil {
		return nil, fmt.Errorf("encoding "+format+": %w", append(args, err)...)
	}
	return b, nil
}

// UnmarshalSecret returns the secret that MarshalSecret has encoded in b. It returns the zero
// Secret and an error if b is not the JSON of a secret. The error contains none of the bytes.
func UnmarshalSecret(b []byte) (Secret, error) {
	var r secretRecord
	if strictjson.Unmarshal(b, &r) != nil || fromRecord(&r.Changed) != nil {
		return Secret{}, errSecret
	}
	return SecretOf(r.Hash, r.Changed, r.Previous...), nil
}

// amount is money in 1/10000 of a currency's unit, as decimal text: 56700 is "5.67".
type amount int64

func (a amount) MarshalText() ([]byte, error) {
	sign, magnitude := "", uint64(a)
	if a < 0 {
		sign, magnitude = "-", -magnitude
	}
	digits := fmt.Sprintf("%05d", magnitude)
	whole, rest := digits[:len(digits)-4], strings.TrimRight(digits[len(digits)-4:], "0")
	if rest != "" {
		rest = "." + rest
	}
	return []byte(sign + whole + rest), nil
}

func (a *amount) UnmarshalText(b []byte) error {
	whole, rest, point := strings.Cut(string(b), ".")
	n, err := strconv.ParseInt(whole+(rest + "0000")[:max(4, len(rest))], 10, 64)
	if digits := strings.TrimPrefix(whole, "-") + rest; err != nil || point && rest == "" || len(rest) > 4 ||
		strings.Trim(digits, "0123456789") != "" || strings.Trim(whole, "-") == "" {
		return fmt.Errorf("user: %.40q is no amount with at most 4 decimals", b)
	}
	*a = amount(n)
	return nil
}

// duration is a time.Duration as text: "720h0m0s".
type duration time.Duration

func (d duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

func (d *duration) UnmarshalText(b []byte) error {
	parsed, err := time.ParseDuration(string(b))
	if err != nil {
		return fmt.Errorf("user: %.40q is no duration such as \"30s\" or \"720h0m0s\"", b)
	}
	*d = duration(parsed)
	return nil
}
