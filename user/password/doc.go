// Package password hashes passwords, verifies them, and decides which new ones are acceptable.
//
// It has two independent parts. A [Hasher] turns a password into a text that can be stored, and
// compares a password with such a text. A [Policy] checks a [Candidate], which is a new password
// with facts about the change, and returns every problem.
//
//	hasher, err := password.New()
//	policy := password.All(password.Default(), password.History(5))
//
//	if err := policy.Check(password.Candidate{New: plain, Login: "agent1"}); err != nil {
//		return err // a *validate.Error that lists every problem without the text
//	}
//	hash, err := hasher.Hash(ctx, plain)
//	...
//	ok, rehash, err := hasher.Verify(ctx, hash, plain)
//	if rehash {
//		hash, err = hasher.Hash(ctx, plain) // replace a hash of an older scheme or cost
//	}
//
// New hashes are argon2id in the PHC string format, at the cost that the OWASP password storage
// cheat sheet recommends. Verify also accepts argon2id, bcrypt and PBKDF2 hashes of other
// systems, and reports that they should be replaced.
//
// # Secrets
//
// To check a user that does not exist must take as long as to check a wrong password: call
// [Hasher.VerifyUnknown]. A user without a password (an empty hash) and a hash that cannot be
// read take that long too. The exception is a hash of an older scheme or cost, which takes its
// own time until the next sign-in of its user.
//
// No error, no validation problem and no printed Candidate contains a password or a hash.
//
// # Limits of the package
//
// Package password does not store passwords, limit the number of attempts, send or generate
// passwords, or know users. The caller calls Verify to check the old password, and to compare the
// new password with earlier ones: [Policy.Remembers] is their number, [UsedBefore] the error. A
// policy is pure and fast. A Hasher is slow on purpose.
package password
