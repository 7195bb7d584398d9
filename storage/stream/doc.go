// Package stream moves accounts from any storage to any other one: from memory to a file, from a
// file to PostgreSQL, and back; directly, or as a stream that can be kept, looked at and sent.
//
//	_, err := stream.Copy(ctx, from, to)          // the accounts of one storage, into another one
//	_, err := stream.Export(ctx, from, file)      // to a stream
//	_, err := stream.Import(ctx, file, to)        // from a stream
//	_, err := stream.Verify(ctx, from, to)        // are they the same?
//	list, err := stream.Check(ctx, file)          // what is in a stream, and is it whole?
//
// Everything moves: settings, reference data, users (deleted and erased ones too), the hashes of
// their passwords, transfers with their ids, keys and reversals, so every balance and statement,
// and the changes with their ids. The account has the revision that it had, gives the ids that it
// would have given, and whoever read its changes to some place reads on from there. A feed of
// changes that had lost its beginning has lost it as well.
//
// # While it moves, and after an interruption
//
// An account is read in one View, so it is moved as it was at one moment. Writers go on meanwhile,
// and what they write stays behind: stop them first, or move again into a fresh storage. Verify
// tells.
//
// It is written in transactions of about a thousand records. Until the last one, the account is at
// revision 0, is not listed and has no settings; then it is there, whole, at once. A front door to
// which money, a deletion or a setting is asked finds no account meanwhile; one that is asked for a
// user by his id may find him already. Let nobody in before the move has ended: a write in between
// gives the account a revision, and the move does not go on.
//
// After any error, a kill too, call the same function again: it compares what is there with what
// comes, goes on behind it, and says ErrChanged if the source was written to in what is there
// already. An account that is there, and the same, is left alone; one that is there and differs is
// ErrTaken. Nothing deletes an account: a target whose half account is not wanted any more is
// thrown away as a whole.
//
// # The stream
//
// It is JSON Lines in UTF-8, each line an object whose first member is its type:
//
//	{"type":"head","format":"roster accounts","version":3,"accounts":1}
//	{"type":"account","account":"acme","counters":{"revision":7,"given":{"user":2,"transfer":1}}}
//	{"type":"user","user":{"id":1,"version":3,…},"secret":{"hash":"$argon2id$…"},"balance":"5.67"}
//	{"type":"sum","sha256":"…"}
//	{"type":"transfer","transfer":{"id":1,"kind":"transferring",…,"postings":[{"from":"account","to":"1",…}]}}
//	{"type":"whole","refs":0,"users":1,"transfers":1,"changes":0,"balance":"94.33","userBalances":"5.67","sha256":"…"}
//	{"type":"end","accounts":1,"sha256":"…"}
//
// Records come in the order ref, user, transfer, change, settings, each sort ascending. Their JSON
// forms are the public ones of user.User, user.Account, user.Ref, balance.Transfer, storage.Change,
// storage.Counters and user.MarshalSecret; docs/records.md documents them. A line with a member
// that its type does not have is refused. The checksum of sum and end is that of all lines before
// it. That of whole is of the account's own lines without those of sum, so it is the same whatever
// the batches were: two accounts with the same one are the same.
//
// There are at most 10,000 records and 16 MiB between two checksums, but that one record may be
// larger, up to MaxLine. Import and Check take nothing in before a checksum behind it was right,
// and name the line in which something is wrong. A checksum finds accidents. It does not prove who
// wrote the stream: whoever can change it can make a new one.
//
// The stream holds the hashes of all passwords. Keep it as you keep the passwords: a file with mode
// 0600, encrypted where it leaves the machine.
//
// # What it does not do
//
// It moves whole accounts into storages that do not have them. It merges nothing, renames nothing,
// checks no rule of the domain, and reads no vendor's export. It takes as much memory as a batch,
// not as an account, but for one account's Summary each.
package stream
