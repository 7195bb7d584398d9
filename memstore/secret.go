package memstore

import (
	"encoding/json"
	"time"

	"github.com/ca74b63c/roster/user"
)

// secretJSON stands in for user.MarshalSecret.
type secretJSON struct {
	Hash     string    `json:"hash,omitempty"`
	Changed  time.Time `json:"changed,omitzero"`
	Previous []string  `json:"previous,omitempty"`
}

func marshalSecret(s user.Secret) ([]byte, error) {
	return json.Marshal(secretJSON{s.Hash(), s.Changed(), s.Previous().Slice()})
}

func unmarshalSecret(b []byte) (user.Secret, error) {
	var s secretJSON
	err := json.Unmarshal(b, &s)
	return user.SecretOf(s.Hash, s.Changed, s.Previous...), err
}
