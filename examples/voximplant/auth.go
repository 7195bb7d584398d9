package voximplant

import (
	"net/http"
	"strings"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
)

// authenticate finds the account and the key of the request r, stores the key in c.caller, and
// returns the id of the account. The request has either an api_key together with the account, or a
// service account's token in the header Authorization.
//
// Errors:
//   - 492 for the parameters account_password and session_id
//   - those of api.account, and for a token those of api.verify
//   - 458 for both an api_key and a token
//   - vendorhttp.ErrCredentials, which is error 100, for missing credentials, an unknown account,
//     an unknown key, and a key or a token of another account
func (a *api) authenticate(r *http.Request, c *call) (user.AccountID, error) {
	in := c.in
	for _, refused := range refusedParameters {
		if in.Has(refused.Name) {
			return "", refuse(codeForbiddenParameter, refused.Name)
		}
	}
	account, named, err := a.account(in)
	if err != nil {
		return "", err
	}
	secret, hasSecret := in.Text("api_key")
	token, hasToken := bearer(r)
	switch {
	case hasSecret && hasToken:
		return "", refuse(codeOnlyOne, "api_key, Authorization")
	case hasToken:
		if c.caller, err = a.verify(token); err != nil {
			return "", err
		}
		if named && account.ID != c.caller.Account {
			return "", vendorhttp.ErrCredentials
		}
		return c.caller.Account, nil
	case hasSecret && named:
		key, ok := a.realm.KeyBySecret(vendorhttp.Voximplant, secret)
		if !ok || key.Account != account.ID {
			return "", vendorhttp.ErrCredentials
		}
		c.caller = key
		return key.Account, nil
	}
	return "", vendorhttp.ErrCredentials
}

// account returns the account that the parameter account_id, account_name or account_email of the
// request selects, and true. If the request has none of the three, account returns false and no
// error. An account_id of 0 counts as missing. An account_id that is not a number has no effect on
// the selection if account_name or account_email is given.
//
// Errors: 458 if the request has more than one of the three; 115 if account_id is not a number and
// the other two are missing; vendorhttp.ErrCredentials if there is no such account.
func (a *api) account(reader *vendorhttp.Reader) (tenant vendorhttp.Tenant, named bool, err error) {
	number, isNumber := reader.Int("account_id")
	byNumber := number != 0
	name, byName := reader.Text("account_name")
	email, byEmail := reader.Text("account_email")
	var ok bool
	switch {
	case byNumber && byName, byNumber && byEmail, byName && byEmail:
		return tenant, false, refuse(codeOnlyOne, "account_id, account_name, account_email")
	case byNumber:
		tenant, ok = a.realm.TenantByNumber(number)
	case byName:
		tenant, ok = a.realm.TenantByName(name)
	case byEmail:
		tenant, ok = a.realm.TenantByEmail(email)
	case reader.Has("account_id") && !isNumber:
		return tenant, false, refuse(codeInvalidAccountID, "account_id")
	default:
		return tenant, false, nil
	}
	if !ok {
		return tenant, false, vendorhttp.ErrCredentials
	}
	return tenant, true, nil
}

// bearer returns the token in the header Authorization of r. The second result reports whether r
// has the header. If the scheme of the header is not Bearer, the token is "".
func bearer(r *http.Request) (string, bool) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return "", false
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", true // no token: its format is wrong
	}
	return strings.TrimSpace(token), true
}
