package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// slug is the id that GitHub gives a heading.
func slug(heading string) string {
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

var (
	link   = regexp.MustCompile(`\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"`)
	inCode = regexp.MustCompile("`[^`]*`")
	toLink = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
)

// prose returns the lines of a Markdown text that are no code block.
func prose(text string) (lines []string) {
	code := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			code = !code
		} else if !code {
			lines = append(lines, strings.TrimRight(line, "\n"))
		}
	}
	return lines
}

// anchors are the ids of a text's headings.
func anchors(text string) map[string]bool {
	ids, seen := map[string]bool{}, map[string]int{}
	for _, line := range prose(text) {
		title := strings.TrimLeft(line, "#")
		if title == line || !strings.HasPrefix(title, " ") {
			continue
		}
		id := slug(toLink.ReplaceAllString(title, "$1"))
		if n := seen[id]; n > 0 {
			ids[id+"-"+strconv.Itoa(n)] = true
		} else {
			ids[id] = true
		}
		seen[id]++
	}
	return ids
}

// brokenLinks lists the links of a Markdown file that lead to no file and no
// heading. Addresses of other hosts are not called.
func brokenLinks(path string) (broken []string, links int, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, err
	}
	for _, line := range prose(string(text)) {
		for _, m := range link.FindAllStringSubmatch(inCode.ReplaceAllString(line, ""), -1) {
			to := m[1] + m[2]
			if strings.Contains(to, "://") || strings.HasPrefix(to, "mailto:") {
				continue
			}
			links++
			file, anchor, _ := strings.Cut(to, "#")
			target := path
			if file != "" {
				target = filepath.Join(filepath.Dir(path), filepath.FromSlash(file))
			}
			info, err := os.Stat(target)
			if err != nil {
				broken = append(broken, to)
				continue
			}
			if anchor == "" || info.IsDir() {
				continue
			}
			there, err := os.ReadFile(target)
			if err != nil || !anchors(string(there))[anchor] {
				broken = append(broken, to)
			}
		}
	}
	return broken, links, nil
}

// markdownFiles are the files that people read in the repository.
func markdownFiles(t *testing.T) []string {
	t.Helper()
	files := []string{filepath.Join("..", "..", "README.md")}
	for _, pattern := range []string{"../../.github/*.md", "../../serve/docs/*.md", "../../train/benchmark/*.md"} {
		found, err := filepath.Glob(filepath.FromSlash(pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	return files
}

func TestEveryLinkLeads(t *testing.T) {
	total := 0
	for _, path := range markdownFiles(t) {
		broken, links, err := brokenLinks(path)
		if err != nil {
			t.Fatal(err)
		}
		total += links
		for _, to := range broken {
			t.Errorf("%s links to %s, which is not there", path, to)
		}
	}
	if total < 100 {
		t.Errorf("only %d links were found", total)
	}
}

// The negative control: a missing file and a missing heading are found, a link
// in code is none.
func TestBrokenLinksAreFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.md")
	text := "# Title one\n\n[a](#title-one) [b](#two) [c](gone.md) `[d](code.md)` [e](x.md#title-one)\n```\n[f](block.md)\n```\n<img src=\"gone.png\">\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	broken, links, err := brokenLinks(path)
	if err != nil || strings.Join(broken, " ") != "#two gone.md gone.png" || links != 5 {
		t.Errorf("%d links, broken %v: %v", links, broken, err)
	}
}

// readmeLimit keeps the README a page that is read to its end.
const readmeLimit = 14 * 1024

func TestReadmeIsShort(t *testing.T) {
	info, err := os.Stat(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > readmeLimit {
		t.Errorf("README.md has %d bytes, %d at most: what is more belongs into serve/docs", info.Size(), readmeLimit)
	}
}
