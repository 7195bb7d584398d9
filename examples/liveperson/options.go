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

	// Random is what tokens are made from. Nil is crypto/rand.Reader; anything else is for tests.
	Random io.Reader
	// Lifetime is how long a token from a login is good; 0 is DefaultLifetime.
	Lifetime time.Duration
	// Host is what the base-URI calls answer, "users.example:8443". "" is the host that the caller
	// asked.
	Host string
	// Passwords is a policy for new passwords beside LivePerson's own, which asks for the old
	// password and the confirmation and says nothing about what a password is made of. Nil is
	// none.
	Passwords password.Policy
	// PublicProfiles answers GET …/users/{pid} without a token with the three public fields of a
	// user: employeeId, nickname and an empty fullName.
	PublicProfiles bool
}

// DefaultLifetime is the lifetime of a token without Options.Lifetime.
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
