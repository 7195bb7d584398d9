package voximplant

import (
	"net/http"
	"strings"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
)

// authenticate finds the account and the key of a request, and stores the key in the call. An
// unknown account, an unknown key and a key of another account all give error 100.
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

// account returns the account that the request names by id, name or e-mail. named is false if it
// names none.
func (a *api) account(in *vendorhttp.Reader) (tenant vendorhttp.Tenant, named bool, err error) {
	number, isNumber := in.Int("account_id")
	byNumber := number != 0
	name, byName := in.Text("account_name")
	email, byEmail := in.Text("account_email")
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
	case in.Has("account_id") && !isNumber:
		return tenant, false, refuse(codeInvalidAccountID, "account_id")
	default:
		return tenant, false, nil
	}
	if !ok {
		return tenant, false, vendorhttp.ErrCredentials
	}
	return tenant, true, nil
}

// bearer returns the token in the header Authorization, and whether the header exists.
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
