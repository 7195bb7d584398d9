package codec

import "github.com/ca74b63c/roster/user"

// AppendAccount appends an account's settings as a record.
func AppendAccount(b []byte, a user.Account) []byte { return encode(b, &a, walkAccount) }

// DecodeAccount reads what AppendAccount wrote. Errors: ErrMalformed.
func DecodeAccount(b []byte) (user.Account, error) { return decode(b, walkAccount) }

func walkAccount(f *fields, a *user.Account) {
	text(f, 1, &a.ID)
	unsigned(f, 2, &a.Version)
	text(f, 3, &a.Name)
	text(f, 4, &a.Currency)
	signed(f, 5, &a.Overdraft)
	signed(f, 6, &a.DefaultMaxAsyncChats)
	flag(f, 7, &a.NameReuse.Never)
	signed(f, 8, &a.NameReuse.Hold)
	signed(f, 9, &a.ReservationTime)
	signed(f, 10, &a.MaxUsers)
	instant(f, 11, &a.Created)
}

// AppendRef appends a piece of reference data as a record.
func AppendRef(b []byte, r user.Ref) []byte { return encode(b, &r, walkRef) }

// DecodeRef reads what AppendRef wrote. Errors: ErrMalformed.
func DecodeRef(b []byte) (user.Ref, error) { return decode(b, walkRef) }

func walkRef(f *fields, r *user.Ref) {
	unsigned(f, 1, &r.Kind)
	signed(f, 2, &r.ID)
	unsigned(f, 3, &r.Version)
	text(f, 4, &r.Name)
	text(f, 5, &r.Description)
	unsigned(f, 6, &r.Profile.Role)
	flag(f, 7, &r.Profile.Gives)
	flag(f, 8, &r.AutoLink)
	list(f, 9, &r.Properties, func(f *fields, p *user.Property) {
		text(f, 1, &p.Name)
		text(f, 2, &p.Value)
	})
}
