package pgstore

import (
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

// settings are the settings of an account. They are decoded at their first use and then kept,
// because every transfer uses them.
type settings struct {
	json    []byte
	account *user.Account
}

func (s *settings) get() (user.Account, error) {
	if s.account == nil {
		var a user.Account
		if err := record.Decode(s.json, &a); err != nil {
			return a, err
		}
		s.account = &a
	}
	return *s.account, nil
}

// orNull returns the JSON of the settings as an argument of a statement. If s is nil, it returns
// nil, which the driver sends as NULL. The result is a text and not a []byte, because the driver
// would send a []byte as bytea on a connection without prepared statements.
func (s *settings) orNull() *string {
	if s == nil {
		return nil
	}
	text := string(s.json)
	return &text
}
