package web

import (
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	mdtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown renders GitHub's Markdown: tables and headings with an id. Raw HTML
// is left out, as goldmark does by default.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.Table),
	goldmark.WithParserOptions(parser.WithAutoHeadingID(), parser.WithASTTransformers(util.Prioritized(docsLinks{}, 100))),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(scrollable{}, 100))),
)

// renderMarkdown writes a page of the documentation as HTML.
func renderMarkdown(w io.Writer, source []byte) error {
	return markdown.Convert(source, w, parser.WithContext(parser.NewContext(parser.WithIDs(headingIDs{}))))
}

// docsLinks turns links between files ("codes.md#warnings") into addresses
// ("/docs/codes#warnings").
type docsLinks struct{}

// Transform implements parser.ASTTransformer.
func (docsLinks) Transform(doc *ast.Document, _ mdtext.Reader, _ parser.Context) {
	// A walk whose function returns no error has none.
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if l, ok := n.(*ast.Link); ok && entering {
			l.Destination = []byte(docsLink(string(l.Destination)))
		}
		return ast.WalkContinue, nil
	})
}

func docsLink(to string) string {
	file, anchor, has := strings.Cut(to, "#")
	name, ok := strings.CutSuffix(file, ".md")
	if !ok || strings.Contains(name, "/") {
		return to
	}
	if has {
		anchor = "#" + anchor
	}
	return docsHref(name) + anchor
}

// headingIDs gives headings the ids that GitHub gives them, so that one link
// works in the repository and on a server: small letters, digits, _ and -, a
// blank as -; the second of a name ends in -1.
type headingIDs map[string]int

// Generate implements parser.IDs.
func (ids headingIDs) Generate(value []byte, _ ast.NodeKind) []byte {
	id := headingID(string(value))
	n := ids[id]
	ids[id]++
	if n > 0 {
		id += "-" + strconv.Itoa(n)
	}
	return []byte(id)
}

// Put implements parser.IDs.
func (ids headingIDs) Put(value []byte) { ids[string(value)]++ }

func headingID(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimSpace(heading)) {
		switch {
		case r == ' ':
			b.WriteByte('-')
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// scrollable lets the keyboard reach what is wider than a small screen: tables
// stand in a box that scrolls, and code blocks take the focus.
type scrollable struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (s scrollable) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(east.KindTable, s.table)
	r.Register(ast.KindFencedCodeBlock, s.code)
}

func (scrollable) table(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	markup := "</table></div>\n"
	if entering {
		markup = `<div class="scroll" tabindex="0"><table>` + "\n"
	}
	_, err := w.WriteString(markup)
	return ast.WalkContinue, err
}

func (scrollable) code(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, err := w.WriteString("</code></pre>\n")
		return ast.WalkContinue, err
	}
	if _, err := w.WriteString(`<pre tabindex="0"><code>`); err != nil {
		return ast.WalkStop, err
	}
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		if _, err := w.Write(util.EscapeHTML(line.Value(source))); err != nil {
			return ast.WalkStop, err
		}
	}
	return ast.WalkContinue, nil
}
