package omnidesk

import (
	"net/http"
	"strings"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// keyName is the name of the header and of the query parameter, keyHeader as package http keeps it.
const (
	keyName   = "apiKey"
	keyHeader = "Apikey"
)

// authenticate returns the key of a request. inQuery reports whether the query has it. Two
// different keys are refused. Errors: vendorhttp.ErrCredentials; those of vendorhttp.Form.Query.
func (a *api) authenticate(r *http.Request) (key vendorhttp.Key, inQuery bool, err error) {
	var o offer
	for _, secret := range r.Header[keyHeader] {
		o.take(secret)
	}
	o.take(authorization(r))
	if strings.Contains(r.URL.RawQuery, keyName) {
		values, err := form.Query(r)
		if err != nil {
			return key, false, err
		}
		_, inQuery = values.Get(keyName)
		o.take(values.Text(keyName))
	}
	key, known := a.realm.KeyBySecret(vendorhttp.Omnidesk, o.secret)
	if o.secret == "" || o.several || !known {
		return vendorhttp.Key{}, inQuery, vendorhttp.ErrCredentials
	}
	return key, inQuery, nil
}

// offer collects the keys that a request contains.
type offer struct {
	secret  string
	several bool
}

func (o *offer) take(secret string) {
	o.several = o.several || o.secret != "" && secret != "" && secret != o.secret
	if o.secret == "" {
		o.secret = secret
	}
}

// authorization returns the key of "Authorization: apikey KEY", the form in version 1.0.0 of the
// vendor's specification.
func authorization(r *http.Request) string {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, keyName) {
		return ""
	}
	return strings.TrimSpace(secret)
}
