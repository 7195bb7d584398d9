package codec

import "github.com/ca74b63c/roster/user"

// AppendAccount appends an account's settings as a record.
func AppendAccount(b []byte, a user.Account) []byte { return encode(b, &a, walkAccount) }

// DecodeAccount reads what AppendAccount wrote. Errors: ErrMalformed.
func DecodeAccount(b []byte) (user.Account, error) { return decode(b, walkAccount) }

func walkAccount(f *fields, a *user.Account) {
	text(f, 1, "id", &a.ID)
	unsigned(f, 2, "version", &a.Version)
	text(f, 3, "name", &a.Name)
	text(f, 4, "currency", &a.Currency)
	signed(f, 5, "overdraft", &a.Overdraft)
	signed(f, 6, "defaultMaxAsyncChats", &a.DefaultMaxAsyncChats)
	flag(f, 7, "namesNeverReused", &a.NameReuse.Never)
	signed(f, 8, "nameHold", &a.NameReuse.Hold)
	signed(f, 9, "reservationTime", &a.ReservationTime)
	signed(f, 10, "maxUsers", &a.MaxUsers)
	instant(f, 11, "created", &a.Created)
}

// AppendRef appends a piece of reference data as a record.
func AppendRef(b []byte, r user.Ref) []byte { return encode(b, &r, walkRef) }

// DecodeRef reads what AppendRef wrote. Errors: ErrMalformed.
func DecodeRef(b []byte) (user.Ref, error) { return decode(b, walkRef) }

func walkRef(f *fields, r *user.Ref) {
	named(f, 1, "kind", &r.Kind)
	signed(f, 2, "id", &r.ID)
	unsigned(f, 3, "version", &r.Version)
	text(f, 4, "name", &r.Name)
	text(f, 5, "description", &r.Description)
	named(f, 6, "role", &r.Profile.Role)
	flag(f, 7, "givesRole", &r.Profile.Gives)
	flag(f, 8, "autoLink", &r.AutoLink)
	list(f, 9, "properties", &r.Properties, func(f *fields, p *user.Property) {
		text(f, 1, "name", &p.Name)
		text(f, 2, "value", &p.Value)
	})
}
