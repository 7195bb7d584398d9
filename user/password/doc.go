// Package password hashes passwords, verifies them and says which new ones are acceptable.
//
// It has two independent halves. A [Hasher] turns a password into a text that can be stored and compares a password
// with such a text. A [Policy] looks at a [Candidate], which is a new password and what is known about the change, and
// names everything that is wrong with it.
//
//	hasher, err := password.New()
//	policy := password.All(password.Default(), password.History(5))
//
//	if err := policy.Check(password.Candidate{New: plain, Login: "agent1"}); err != nil {
//		return err // a *validate.Error that lists every problem, and repeats none of the text
//	}
//	hash, err := hasher.Hash(ctx, plain)
//	…
//	ok, rehash, err := hasher.Verify(ctx, hash, plain)
//	if rehash {
//		hash, err = hasher.Hash(ctx, plain) // an older scheme or cost: store the new hash now, the password is at hand
//	}
//
// New hashes are argon2id in the PHC string format, at the cost that the OWASP password storage cheat sheet gives
// first. Argon2id, bcrypt and PBKDF2 hashes from elsewhere are verified, and reported for rehashing when they match.
//
// # Telling nothing
//
// A user who does not exist must take as long as a wrong password: call [Hasher.VerifyUnknown] for him. A user without
// a password (an empty hash) and a hash that cannot be read take that long too. The one exception is a hash of an older
// scheme or cost, which takes its own time until its user next logs in.
//
// No password and no hash is ever part of an error, of a validation problem, or of what a Candidate prints.
//
// # What it does not do
//
// It does not store, does not limit how often somebody may try, does not send or generate passwords, and does not know
// users. Whether the old password is right is for the caller to find out with Verify, and so is whether the new one was
// used before: [Policy.Remembers] says how many earlier hashes to compare, [UsedBefore] is the error to return. A
// policy is pure and quick; a Hasher is slow on purpose, and needs randomness, which is why New takes a reader for it.
package password
