package voximplant

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

const (
	maxLifetime = time.Hour       // exp - iat: "The token TTL exceeds the maximum limit."
	clockSkew   = 5 * time.Second // how much a caller's clock may be ahead; assumed, the Python client subtracts as much
	maxToken    = 8 << 10         // bytes: no token of these claims is that long
	maxSeconds  = 253402300799    // the last second of the year 9999
)

// claims are the claims of a service account's token.
type claims struct {
	Issuer    issuer       `json:"iss"`
	Issued    *numericDate `json:"iat"`
	Expires   *numericDate `json:"exp"`
	NotBefore *numericDate `json:"nbf"`
}

// issuer is the number of an account. The clients for Go, Node and Python send it as a number,
// those for Java and .NET as a text.
type issuer int64

var errClaim = errors.New("voximplant: not a claim of a token")

// UnmarshalJSON implements json.Unmarshaler. It decodes a whole number, as a JSON number or in a
// JSON string. It returns errClaim for any other value.
func (i *issuer) UnmarshalJSON(b []byte) error {
	n, ok := vendorhttp.Value{Text: unquoted(b)}.Int()
	if !ok {
		return errClaim
	}
	*i = issuer(n)
	return nil
}

// numericDate is a time in seconds since 1970. jwt.NumericDate is not used, because it accepts
// numbers beyond every valid time as past times.
type numericDate struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler. It decodes a JSON number or a JSON string that
// contains the seconds since 1970, with or without a fraction. Digits below a millisecond are cut
// off. It returns errClaim for any other value, for a negative number, and for a time after the
// year 9999.
func (d *numericDate) UnmarshalJSON(b []byte) error {
	seconds, err := strconv.ParseFloat(unquoted(b), 64)
	if err != nil || !(seconds >= 0 && seconds <= maxSeconds) {
		return errClaim
	}
	d.Time = time.UnixMilli(int64(seconds * 1000))
	return nil
}

func unquoted(b []byte) string { return strings.Trim(string(b), `"`) }

// The methods of jwt.Claims. The times are checked by inTime, with codes of their own.

func (c *claims) GetExpirationTime() (*jwt.NumericDate, error) { return nil, nil }
func (c *claims) GetIssuedAt() (*jwt.NumericDate, error)       { return nil, nil }
func (c *claims) GetNotBefore() (*jwt.NumericDate, error)      { return nil, nil }
func (c *claims) GetIssuer() (string, error)                   { return "", nil }
func (c *claims) GetSubject() (string, error)                  { return "", nil }
func (c *claims) GetAudience() (jwt.ClaimStrings, error)       { return nil, nil }

// parser checks the form and the signature of tokens.
var parser = jwt.NewParser(jwt.WithoutClaimsValidation(), jwt.WithValidMethods([]string{"RS256"}))

// verify returns the key that signed the token of a service account.
//
// Errors, in this order:
//   - 447 if the token is not a JWT of the required form
//   - vendorhttp.ErrCredentials, which is error 100, for an unknown key, an unknown account, a key
//     of another account and a wrong signature
//   - 454, 455 or 456 for the times in the token, as claims.inTime returns them
func (a *api) verify(token string) (vendorhttp.Key, error) {
	if len(token) > maxToken {
		return vendorhttp.Key{}, refuse(codeTokenFormat, "")
	}
	var c claims
	unverified, _, err := parser.ParseUnverified(token, &c)
	if err != nil || c.Issued == nil || c.Expires == nil || c.Issuer <= 0 {
		return vendorhttp.Key{}, refuse(codeTokenFormat, "")
	}
	id, _ := unverified.Header["kid"].(string)
	// crit names what a receiver must understand or else refuse (RFC 7515, section 4.1.11): nothing
	// is understood here.
	_, critical := unverified.Header["crit"]
	if id == "" || critical || unverified.Method != jwt.SigningMethodRS256 {
		return vendorhttp.Key{}, refuse(codeTokenFormat, "")
	}
	key, ok := a.realm.KeyByID(vendorhttp.Voximplant, id)
	if !ok || key.Public() == nil {
		return vendorhttp.Key{}, vendorhttp.ErrCredentials
	}
	tenant, ok := a.realm.TenantByNumber(int64(c.Issuer))
	if !ok || tenant.ID != key.Account {
		return vendorhttp.Key{}, vendorhttp.ErrCredentials
	}
	if _, err := parser.Parse(token, func(*jwt.Token) (any, error) { return key.Public(), nil }); err != nil {
		return vendorhttp.Key{}, vendorhttp.ErrCredentials
	}
	if err := c.inTime(a.opts.Now()); err != nil {
		return vendorhttp.Key{}, err
	}
	return key, nil
}

// inTime returns nil if the token with the claims c is valid at the time now. The times iat and exp
// must be set; nbf may be nil. The caller's clock may be up to 5 seconds ahead.
//
// Errors, in this order: 454 if the lifetime is more than an hour; 455 if the token was issued
// later than now, or is not valid yet; 456 if the token has expired. The vendor's table has no
// error for a token that is not valid yet, so 455 is the nearest error.
func (c *claims) inTime(now time.Time) error {
	latest := now.Add(clockSkew)
	switch {
	case c.Expires.Sub(c.Issued.Time) > maxLifetime:
		return refuse(codeTokenTTL, "")
	case c.Issued.After(latest), c.NotBefore != nil && c.NotBefore.After(latest):
		return refuse(codeTokenInFuture, "")
	case !c.Expires.After(now):
		return refuse(codeTokenExpired, "")
	}
	return nil
}
