package pgstore

import (
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

// settings are those of an account, as its row has them. They are decoded when they are asked for
// first, because every transfer asks for them.
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

// orNull returns the JSON for the account's row as a text, NULL for nil. As bytes a connection
// without prepared statements would take it for bytea.
func (s *settings) orNull() *string {
	if s == nil {
		return nil
	}
	text := string(s.json)
	return &text
}
