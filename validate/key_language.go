package validate

import "golang.org/x/text/language"

// LanguageTag returns the canonical BCP 47 tag of the language s. The input may use hyphens or
// underscores, in any case: "en_GB" returns "en-GB", "NL" returns "nl", "iw" returns "he".
//
// The error is an *Error with one Problem at the path "": the problem of the rule Language; Pattern
// if the text is no tag; Unknown if a part of the tag is not registered. The tag is then "".
func LanguageTag(s string) (string, error) {
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
