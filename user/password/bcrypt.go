package password

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// bcryptMaxBytes is the number of bytes of a password that bcrypt uses. The library ignores the
// bytes behind them, so every password with the same first 72 bytes would match.
const bcryptMaxBytes = 72

// bcryptAlphabet has the characters of bcrypt's own base64.
const bcryptAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// bcryptHash is a hash of the form "$2b$12$" and 53 characters of bcrypt's own base64.
type bcryptHash string

// parseBcrypt parses a bcrypt hash with the prefix $2a$, $2b$ or $2y$, three names of the same
// algorithm. Errors: ErrMalformed; ErrBeyondLimits for a cost above limits.BcryptCost.
func parseBcrypt(hash string, limits Limits) (stored, error) {
	if len(hash) != 60 || hash[6] != '$' || strings.Trim(hash[4:6], "0123456789") != "" {
		return nil, ErrMalformed
	}
	cost, err := bcrypt.Cost([]byte(hash))
	if err != nil || strings.Trim(hash[7:], bcryptAlphabet) != "" {
		return nil, ErrMalformed
	}
	if cost > int(limits.BcryptCost) {
		return nil, ErrBeyondLimits
	}
	return bcryptHash(hash), nil
}

func (b bcryptHash) fits(plain string) bool { return len(plain) <= bcryptMaxBytes }

func (b bcryptHash) matches(plain string) (bool, error) {
	switch err := bcrypt.CompareHashAndPassword([]byte(b), []byte(plain)); {
	case err == nil:
		return true, nil
	case errors.Is(err, bcrypt.ErrMismatchedHashAndPassword):
		return false, nil
	default:
		return false, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
}

func (bcryptHash) outdated(Cost) bool { return true }
