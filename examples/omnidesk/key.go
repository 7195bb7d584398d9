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

// authenticate returns the API key of the request. The secret of the key may be in the header
// apiKey, in the header Authorization, or in the query parameter apiKey. It may also be in several
// of these places if they all have the same secret. inQuery reports whether the query has the
// parameter apiKey.
//
// Errors: vendorhttp.ErrCredentials if the request has no secret, two different secrets or an
// unknown secret; those of vendorhttp.Form.Query.
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

// authorization returns the secret in a header "Authorization: apikey KEY", which is the form in
// version 1.0.0 of the vendor's specification. It compares the word apikey without regard to case.
// It returns "" if the header is missing or has another scheme.
func authorization(r *http.Request) string {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, keyName) {
		return ""
	}
	return strings.TrimSpace(secret)
}
