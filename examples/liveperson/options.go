package liveperson

import (
	"crypto/rand"
	"io"
	"time"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user/password"
)

// Options are the options of the handler. The zero Options suit production.
type Options struct {
	vendorhttp.Options

	// Random is the source of randomness for tokens. Nil means crypto/rand.Reader. Set it in tests
	// only.
	Random io.Reader
	// Lifetime is the time after which a token from a login expires. 0 means DefaultLifetime.
	Lifetime time.Duration
	// Host is the host in the replies of the base-URI calls, such as "users.example:8443". "" means
	// the host of the request.
	Host string
	// Passwords is a policy for new passwords in addition to LivePerson's policy. LivePerson's
	// policy only requires the old password and the confirmation. Nil means no other policy.
	Passwords password.Policy
	// PublicProfiles allows GET …/users/{pid} without a token. The reply has the three public
	// fields of a user: employeeId, nickname and an empty fullName.
	PublicProfiles bool
}

// DefaultLifetime is the lifetime of a token if Options.Lifetime is 0.
const DefaultLifetime = time.Hour

func (o Options) random() io.Reader {
	if o.Random == nil {
		return rand.Reader
	}
	return o.Random
}

func (o Options) lifetime() time.Duration {
	if o.Lifetime <= 0 {
		return DefaultLifetime
	}
	return o.Lifetime
}

func (o Options) passwords() password.Policy {
	if o.Passwords == nil {
		return password.LivePerson()
	}
	return password.All(password.LivePerson(), o.Passwords)
}
