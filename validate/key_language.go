package validate

import "golang.org/x/text/language"

// LanguageTag returns the canonical BCP 47 tag of a language, written with hyphens or, as in a
// locale, with underscores, in any case: "en_GB" gives "en-GB", "NL" gives "nl", "iw" gives "he".
// A tag of a language, or of a language and a country, that is canonical already costs no
// allocation.
//
// The error is an *Error with one Problem at the path "", as Language gives it; Pattern for what
// is no tag; or Unknown for a tag with a part that is not registered.
func LanguageTag(s string) (string, error) {
	if isPlainTag(s) {
		return s, nil
	}
	if !Language.Match(Strict, s) {
		return "", Language.refuse(s)
	}
	tag, err := language.Parse(s)
	if err != nil {
		code := Pattern
		if _, ok := err.(language.ValueError); ok {
			code = Unknown
		}
		return "", problemError(code, Params{}.WithText("rule", Language.Name()))
	}
	return tag.String(), nil
}
