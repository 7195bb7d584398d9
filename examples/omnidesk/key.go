package omnidesk

import (
	"net/http"
	"strings"

	"github.com/ca74b63c/roster/examples/wire"
)

// keyName is the name of the header and of the query parameter, keyHeader as package http keeps it.
const (
	keyName   = "apiKey"
	keyHeader = "Apikey"
)

// authenticate finds the key of a request, and says whether it is in the query, where it is no parameter of the endpoint.
// A key in the header and another in the query are none. Errors: wire.ErrCredentials; those of wire.Query.
func (a *api) authenticate(r *http.Request) (key wire.Key, inQuery bool, err error) {
	secret := r.Header.Get(keyHeader)
	if secret == "" {
		secret = authorization(r)
	}
	if strings.Contains(r.URL.RawQuery, keyName) {
		values, err := wire.Query(r)
		if err != nil {
			return key, false, err
		}
		v, ok := values.Get(keyName)
		switch inQuery = ok; {
		case !ok:
		case secret == "":
			secret = v.Text
		case secret != v.Text:
			return key, true, wire.ErrCredentials
		}
	}
	if secret == "" {
		return key, inQuery, wire.ErrCredentials
	}
	key, ok := a.realm.KeyBySecret(wire.Omnidesk, secret)
	if !ok {
		return key, inQuery, wire.ErrCredentials
	}
	return key, inQuery, nil
}

// authorization returns the key of "Authorization: apikey KEY", as version 1.0.0 of the vendor's specification has it.
func authorization(r *http.Request) string {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, keyName) {
		return ""
	}
	return strings.TrimSpace(secret)
}
