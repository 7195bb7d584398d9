// Package stream moves accounts from any storage to any other one: from memory to a file, from a
// file to PostgreSQL, and back; directly, or as a stream that can be kept, looked at and sent.
//
//	_, err := stream.Copy(ctx, from, to)          // the accounts of one storage, into another one
//	_, err := stream.Export(ctx, from, file)      // to a stream
//	_, err := stream.Import(ctx, file, to)        // from a stream
//	_, err := stream.Verify(ctx, from, to)        // are they the same?
//	list, err := stream.Check(ctx, file)          // what is in a stream, and is it whole?
//
// A move takes everything: the settings, the reference data, the users (deleted and erased ones
// too), the hashes of their passwords, the transfers, the changes, the positions of deliveries, and
// the dead letters. It takes no lease of a delivery, because its holder is a process that reads the
// source. Transfers keep their ids, keys and reversals, so that balances and statements are the
// same. Changes keep their ids, so that a reader of the source's changes goes on in the target. The
// account keeps its revision, and gives the ids that it would have given. Changes that the source
// no longer keeps are not in the target either.
//
// # While it moves, and after an interruption
//
// An account is read in one View, so the target gets one state of it. Writers go on meanwhile. What
// they write is not in the target: stop them first, or move again into a fresh storage. Verify
// tells whether the source and the target are the same.
//
// An account is written in transactions of about a thousand records. Until the last one it is at
// revision 0, is not listed and has no settings. The last one makes it whole. Let no caller use the
// target before the move has ended: a write to the account would give it a revision, and then the
// move cannot go on.
//
// After any error or a kill, call the same function again. It compares the records that the target
// has with those that come, and goes on behind them. It returns ErrChanged if the source was
// written to in what the target has already. An account that the target has as a whole is left
// alone if it is the same; if it differs, the error is ErrTaken. No function here deletes an
// account: Storage.DeleteAccount removes a half account, and then the move of it starts again.
//
// A deleted account is moved as a deleted account: it has counters, and nothing else but the
// deliveries that were put since. A new account of the same name continues the counters in the
// target. A target that has deleted an account refuses to load it again: ErrTaken.
//
// # The stream
//
// A stream is JSON Lines in UTF-8. Each line is an object whose first member is its type:
//
//	{"type":"head","format":"roster accounts","version":3,"accounts":1}
//	{"type":"account","account":"acme","counters":{"revision":7,"given":{"user":2,"transfer":1}}}
//	{"type":"user","user":{"id":1,"version":3,…},"secret":{"hash":"$argon2id$…"},"balance":"5.67"}
//	{"type":"sum","sha256":"…"}
//	{"type":"transfer","transfer":{"id":1,"kind":"transferring",…,"postings":[{"from":"account","to":"1",…}]}}
//	{"type":"whole","refs":0,"users":1,"transfers":1,"changes":0,"balance":"94.33","userBalances":"5.67","sha256":"…"}
//	{"type":"end","accounts":1,"sha256":"…"}
//
// Records come in the order ref, user, transfer, change, delivery, deadLetter, settings, those of
// one type in ascending order. They have the public JSON forms of user.User, user.Account,
// user.Reference, balance.Transfer, storage.Change, storage.DeadLetter, storage.Counters and
// user.MarshalSecret, which docs/records.md documents. A line with a member that its type does not
// have is refused.
//
// The checksum of sum and end is that of all lines before it. The checksum of whole is that of the
// account's own lines without those of type sum, so it does not depend on the batches: two accounts
// with the same checksum are the same. There are at most 10,000 records and 16 MiB between two
// checksums; one larger record stands alone, and has at most MaxLine bytes. Import and Check use no
// record before the checksum behind it was right, and name the line in which something is wrong. A
// checksum finds accidents. It does not prove who wrote the stream.
//
// The stream holds the hashes of all passwords. Keep it as you keep the passwords: a file with mode
// 0600, encrypted where it leaves the machine.
//
// # What it does not do
//
// The package moves whole accounts into storages that do not have them. It merges nothing, renames
// nothing, checks no rule of the domain, and reads no vendor's export. It needs memory for a batch
// and for a Summary of each account.
package stream
