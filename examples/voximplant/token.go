package voximplant

import (
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ca74b63c/roster/examples/wire"
)

const (
	maxLifetime = time.Hour       // exp - iat: "The token TTL exceeds the maximum limit."
	clockSkew   = 5 * time.Second // how much a caller's clock may be ahead; assumed, the Python client subtracts as much
	maxToken    = 8 << 10         // bytes: no token of these claims is that long
)

// claims are those of a service account's token. The issuer is a number, where RFC 7519 has a text.
type claims struct {
	Issuer  int64            `json:"iss"`
	Issued  *jwt.NumericDate `json:"iat"`
	Expires *jwt.NumericDate `json:"exp"`
}

func (c *claims) GetExpirationTime() (*jwt.NumericDate, error) { return c.Expires, nil }
func (c *claims) GetIssuedAt() (*jwt.NumericDate, error)       { return c.Issued, nil }
func (c *claims) GetNotBefore() (*jwt.NumericDate, error)      { return nil, nil }
func (c *claims) GetIssuer() (string, error)                   { return "", nil }
func (c *claims) GetSubject() (string, error)                  { return "", nil }
func (c *claims) GetAudience() (jwt.ClaimStrings, error)       { return nil, nil }

// parser checks form and signature; the times are checked here, with codes of their own.
var parser = jwt.NewParser(jwt.WithoutClaimsValidation(), jwt.WithValidMethods([]string{"RS256"}))

// verify returns the key of a service account's token. Errors, in this order: 447 for what is no such token; 100 for an
// unknown key, another account's key and a wrong signature; 454, 455 and 456 for its times.
func (a *api) verify(token string) (wire.Key, error) {
	if len(token) > maxToken {
		return wire.Key{}, refuse(codeTokenFormat, "")
	}
	var c claims
	unverified, _, err := parser.ParseUnverified(token, &c)
	if err != nil || c.Issued == nil || c.Expires == nil || c.Issuer <= 0 {
		return wire.Key{}, refuse(codeTokenFormat, "")
	}
	id, _ := unverified.Header["kid"].(string)
	if id == "" || unverified.Method != jwt.SigningMethodRS256 {
		return wire.Key{}, refuse(codeTokenFormat, "")
	}
	key, ok := a.realm.KeyByID(wire.Voximplant, id)
	if !ok || key.Public() == nil {
		return wire.Key{}, wire.ErrCredentials
	}
	tenant, ok := a.realm.TenantByNumber(c.Issuer)
	if !ok || tenant.ID != key.Account {
		return wire.Key{}, wire.ErrCredentials
	}
	if _, err := parser.Parse(token, func(*jwt.Token) (any, error) { return key.Public(), nil }); err != nil {
		return wire.Key{}, wire.ErrCredentials
	}
	return key, c.inTime(a.opts.Now())
}

func (c *claims) inTime(now time.Time) error {
	switch {
	case c.Expires.Sub(c.Issued.Time) > maxLifetime:
		return refuse(codeTokenTTL, "")
	case c.Issued.After(now.Add(clockSkew)):
		return refuse(codeTokenInFuture, "")
	case !c.Expires.After(now):
		return refuse(codeTokenExpired, "")
	}
	return nil
}
