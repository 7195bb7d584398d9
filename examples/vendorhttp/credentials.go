package vendorhttp

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"sync"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// Vendor is the name of a vendor with an adapter.
type Vendor string

// The vendors.
const (
	Omnidesk   Vendor = "omnidesk"
	Genesys    Vendor = "genesys"
	LivePerson Vendor = "liveperson"
	Voximplant Vendor = "voximplant"
)

// Tenant is an account with its public names.
type Tenant struct {
	ID     user.AccountID `json:"id"`
	Number int64          `json:"number,omitempty"` // Voximplant account_id
	Name   string         `json:"name,omitempty"`   // Voximplant account_name
	Email  string         `json:"email,omitempty"`  // Voximplant account_email
}

// Key is an API key, or the key of a service account. A call with it acts as a user of the account.
// The roles of that user decide what the call may do and grant. If Permissions is set (Omnidesk),
// they alone decide, and the key grants no role. Exactly one of Secret and PublicKey must be set.
type Key struct {
	Vendor      Vendor                 `json:"vendor"`
	ID          string                 `json:"id,omitempty"`        // of a service account's key: the key_id, which is no secret
	Secret      roster.Password        `json:"secret,omitzero"`     // of an API key; read, and never written
	PublicKey   string                 `json:"publicKey,omitempty"` // of a service account's key: PEM
	Account     user.AccountID         `json:"account"`
	User        user.ID                `json:"user"`
	Permissions permission.Permissions `json:"permissions,omitzero"` // Omnidesk's

	public *rsa.PublicKey
}

// Public returns the RSA public key that verifies the tokens of k. It returns nil if k is an API
// key, which has a secret.
func (k Key) Public() *rsa.PublicKey { return k.public }

// Actor returns the actor for a call with the key: the key with its permissions, or the user of the
// key if the key has no permissions.
func (k Key) Actor() roster.Actor {
	if !k.Permissions.IsZero() {
		return roster.KeyActor(k.User, k.Permissions)
	}
	return roster.UserActor(k.User)
}

// Credentials has the accounts and the keys. Many goroutines may use it at once. It stores the
// SHA-256 of each API key and looks keys up by it, so that response times reveal nothing about the
// keys.
type Credentials struct {
	mu       sync.RWMutex
	tenants  map[user.AccountID]Tenant
	byNumber map[int64]user.AccountID
	byName   map[string]user.AccountID
	byEmail  map[string]user.AccountID
	bySecret map[[sha256.Size]byte]Key
	byID     map[keyID]Key
}

type keyID struct {
	vendor Vendor
	id     string
}

// NewCredentials returns Credentials without accounts and keys.
func NewCredentials() *Credentials {
	return &Credentials{
		tenants: map[user.AccountID]Tenant{}, byNumber: map[int64]user.AccountID{}, byName: map[string]user.AccountID{},
		byEmail: map[string]user.AccountID{}, bySecret: map[[sha256.Size]byte]Key{}, byID: map[keyID]Key{},
	}
}

// Errors of AddTenant and AddKey.
var (
	ErrTaken     = errors.New("vendorhttp: another account or key has it")
	ErrPublicKey = errors.New("vendorhttp: not the PEM of an RSA public key")
	ErrKey       = errors.New("vendorhttp: a key needs a vendor, an account, a secret or an id with a public key, and valid names of permissions")
)

// AddTenant adds the account t to the credentials. Errors: ErrTaken if another account has the ID,
// number, name or e-mail address of t, or if t.ID is empty. An empty name, an empty address and the
// number 0 may occur in several accounts.
func (r *Credentials) AddTenant(t Tenant) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, known := r.tenants[t.ID]
	_, number := r.byNumber[t.Number]
	_, name := r.byName[t.Name]
	_, email := r.byEmail[t.Email]
	if known || t.ID == "" || t.Number != 0 && number || t.Name != "" && name || t.Email != "" && email {
		return ErrTaken
	}
	r.tenants[t.ID] = t
	if t.Number != 0 {
		r.byNumber[t.Number] = t.ID
	}
	if t.Name != "" {
		r.byName[t.Name] = t.ID
	}
	if t.Email != "" {
		r.byEmail[t.Email] = t.ID
	}
	return nil
}

// Tenant returns the account with the given id, and false if there is no such account.
func (r *Credentials) Tenant(id user.AccountID) (Tenant, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	t, ok := r.tenants[id]
	return t, ok
}

// TenantByNumber returns the account with the number (Voximplant account_id), and false if there is
// no such account.
func (r *Credentials) TenantByNumber(n int64) (Tenant, bool) { return tenantBy(r, r.byNumber, n) }

// TenantByName returns the account with the name (Voximplant account_name), and false if there is
// no such account.
func (r *Credentials) TenantByName(name string) (Tenant, bool) { return tenantBy(r, r.byName, name) }

// TenantByEmail returns the account with the e-mail address (Voximplant account_email), and false
// if there is no such account.
func (r *Credentials) TenantByEmail(email string) (Tenant, bool) {
	return tenantBy(r, r.byEmail, email)
}

func tenantBy[K comparable](r *Credentials, index map[K]user.AccountID, key K) (Tenant, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	id, ok := index[key]
	return r.tenants[id], ok
}

// AddKey adds the key k to the credentials. It stores the SHA-256 of k.Secret, not the secret.
//
// Errors, in this order:
//
//   - ErrKey if k has no vendor, no account, a PublicKey without an ID, or an invalid permission
//     name
//   - ErrKey if k has no Secret and no PublicKey, or has both
//   - ErrPublicKey if k.PublicKey is not the PEM of an RSA public key
//   - ErrTaken if another key has the same secret, or if k has an ID and another key has the same
//     vendor and ID
func (r *Credentials) AddKey(k Key) error {
	if k.Vendor == "" || k.Account == "" || (k.Secret.IsZero()) == (k.PublicKey == "") || k.PublicKey != "" && k.ID == "" ||
		!k.Permissions.Valid() {
		return ErrKey
	}
	if k.PublicKey != "" {
		var err error
		if k.public, err = parsePublicKey(k.PublicKey); err != nil {
			return err
		}
	}
	secret := sha256.Sum256([]byte(k.Secret.Reveal()))
	hasSecret := !k.Secret.IsZero()
	k.Secret = roster.Password{}
	r.mu.Lock()
	defer r.mu.Unlock()
	_, known := r.bySecret[secret]
	_, taken := r.byID[keyID{k.Vendor, k.ID}]
	if hasSecret && known || k.ID != "" && taken {
		return ErrTaken
	}
	if hasSecret {
		r.bySecret[secret] = k
	}
	if k.ID != "" {
		r.byID[keyID{k.Vendor, k.ID}] = k
	}
	return nil
}

// KeyBySecret returns the API key of the vendor v that has the given secret. The field Secret of
// the returned key is empty. KeyBySecret returns false if the secret is unknown or belongs to a key
// of another vendor.
func (r *Credentials) KeyBySecret(v Vendor, secret string) (Key, bool) {
	sum := sha256.Sum256([]byte(secret))
	r.mu.RLock()
	defer r.mu.RUnlock()
	if k, ok := r.bySecret[sum]; ok && k.Vendor == v {
		return k, true
	}
	return Key{}, false
}

// KeyByID returns the key of the vendor v that has the given id. It returns false if the vendor has
// no such key. The field Secret of the key is empty.
func (r *Credentials) KeyByID(v Vendor, id string) (Key, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	k, ok := r.byID[keyID{v, id}]
	return k, ok
}

func parsePublicKey(text string) (*rsa.PublicKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, ErrPublicKey
	}
	if key, err := x509.ParsePKCS1PublicKey(block.Bytes); err == nil {
		return key, nil
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, ErrPublicKey
	}
	key, ok := parsed.(*rsa.PublicKey)
	if !ok {
		return nil, ErrPublicKey
	}
	return key, nil
}
