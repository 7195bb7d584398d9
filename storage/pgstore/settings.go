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

// orNull returns the JSON as text, or nil for nil settings. It is no []byte, which the driver would
// send as bytea on a connection without prepared statements.
func (s *settings) orNull() *string {
	if s == nil {
		return nil
	}
	text := string(s.json)
	return &text
}
