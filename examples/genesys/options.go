package genesys

import (
	"net/http"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
)

// Options are the options of all vendors, and the settings of the vendor's installation.
type Options struct {
	vendorhttp.Options

	// Account is the contact center whose users call, since nothing in a request names one.
	Account user.AccountID
	// AccountOf returns the contact center of a request, by its host for instance, if one handler
	// serves several. If it returns "", the request is refused. AccountOf replaces Account. If it
	// is nil, every request is for Account.
	AccountOf func(*http.Request) user.AccountID
	// BaseURL is what the URIs of an answer begin with, "https://users.example". "" is the scheme
	// and the host that the caller asked.
	BaseURL string
}

func (o *Options) account(r *http.Request) user.AccountID {
	if o.AccountOf != nil {
		return o.AccountOf(r)
	}
	return o.Account
}

// baseURL returns the beginning of the URIs in two parts.
func (o *Options) baseURL(r *http.Request) (scheme, host string) {
	switch {
	case o.BaseURL != "":
		return "", o.BaseURL
	case r.TLS != nil:
		return "https://", r.Host
	}
	return "http://", r.Host
}
