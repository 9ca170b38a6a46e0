// Command mutate checks that the tests can fail: it applies the mutations of
// .ci/mutations.txt one at a time in a copy of the tree and runs the tests that
// must turn red. It prints those that stay green (survivors) and fails if there
// is one, or if a mutation does not fit the code any more.
//
//	go run .ci/mutate.go [-only PATTERN] [-workers N]
//
// A mutation is a block of the list:
//
//	## what is broken
//	@ models/artifact                     folder of the source; tests are not changed
//	- text that stands exactly once       several lines with "-" are one text
//	+ its replacement
//	! ./models/artifact -run TestCrash    arguments of go test that must fail
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"sync"
	"time"
)

// mutation is one block of the list.
type mutation struct {
	name, folder, find, put string
	test                    []string
	line                    int
	path, text              string // where it was found
}

func main() {
	only := flag.String("only", "", "run only the mutations whose name or folder matches this pattern")
	workers := flag.Int("workers", 2, "mutations at a time, each in a copy of its own")
	list := flag.String("list", ".ci/mutations.txt", "the mutations")
	keep := flag.Bool("check", false, "only check that every mutation fits the code")
	flag.Parse()
	if err := run(*list, *only, *workers, *keep); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(list, only string, workers int, check bool) error {
	all, err := read(list)
	if err != nil {
		return err
	}
	pattern, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	var chosen []*mutation
	for _, m := range all {
		if pattern.MatchString(m.name) || pattern.MatchString(m.folder) {
			chosen = append(chosen, m)
		}
	}
	if err := locate(chosen); err != nil {
		return err
	}
	fmt.Printf("%d mutations fit the code\n", len(chosen))
	if check {
		return nil
	}
	top, err := os.MkdirTemp("", "etappe-mutate-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(top)
	var trees []string
	for w := range workers {
		tree := filepath.Join(top, fmt.Sprint(w))
		if err := copyTree(tree); err != nil {
			return err
		}
		trees = append(trees, tree)
	}
	if err := baseline(trees[0], chosen); err != nil {
		return err
	}
	survivors, err := hunt(trees, chosen)
	if err != nil {
		return err
	}
	if len(survivors) > 0 {
		return fmt.Errorf("%d of %d mutations survive:\n  %s", len(survivors), len(chosen), strings.Join(survivors, "\n  "))
	}
	fmt.Printf("%d mutations, no survivor\n", len(chosen))
	return nil
}

// read parses the list.
func read(path string) ([]*mutation, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []*mutation
	var m *mutation
	s := bufio.NewScanner(f)
	for n := 1; s.Scan(); n++ {
		mark, rest, _ := strings.Cut(s.Text(), " ")
		if mark == "##" {
			m = &mutation{name: rest, line: n}
			all = append(all, m)
			continue
		}
		if m == nil || mark == "" || mark == "#" {
			continue
		}
		switch mark {
		case "@":
			m.folder = rest
		case "-":
			m.find = joined(m.find, rest)
		case "+":
			m.put = joined(m.put, rest)
		case "!":
			m.test = arguments(rest)
		default:
			return nil, fmt.Errorf("%s:%d: a line begins with ##, @, -, +, ! or #", path, n)
		}
	}
	for _, m := range all {
		if m.folder == "" || m.find == "" || len(m.test) == 0 {
			return nil, fmt.Errorf("%s:%d: %s: folder, text or test is missing", path, m.line, m.name)
		}
	}
	return all, s.Err()
}

func joined(text, line string) string {
	if text == "" {
		return line
	}
	return text + "\n" + line
}

// arguments splits the arguments of go test; quotes keep blanks together.
func arguments(text string) (list []string) {
	for _, part := range regexp.MustCompile(`'[^']*'|\S+`).FindAllString(text, -1) {
		list = append(list, strings.Trim(part, "'"))
	}
	return list
}

// locate finds each mutation's text: exactly once in its folder, or it is an error.
func locate(all []*mutation) error {
	var wrong []string
	for _, m := range all {
		files, _ := filepath.Glob(filepath.Join(m.folder, "*"))
		found := 0
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			text, err := os.ReadFile(path)
			if err != nil {
				continue // a folder
			}
			if n := strings.Count(string(text), m.find); n > 0 {
				found += n
				m.path, m.text = path, string(text)
			}
		}
		if found != 1 {
			wrong = append(wrong, fmt.Sprintf("line %d, %s: the text stands %d times in %s, not once", m.line, m.name, found, m.folder))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("the list does not fit the code:\n  %s", strings.Join(wrong, "\n  "))
	}
	return nil
}

// copyTree copies the files that git would commit, as they stand now.
func copyTree(to string) error {
	out, err := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		return fmt.Errorf("git ls-files: %w", err)
	}
	for _, name := range strings.Split(strings.TrimRight(string(out), "\x00"), "\x00") {
		if err := copyFile(name, filepath.Join(to, name)); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, info.Mode())
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}

// baseline runs every test that a mutation names on the code as it is: a test
// that is red anyway, or matches nothing, shows nothing.
func baseline(tree string, all []*mutation) error {
	tests := map[string][]string{}
	for _, m := range all {
		tests[strings.Join(m.test, " ")] = m.test
	}
	var keys []string
	for key := range tests {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	var wrong []string
	for _, key := range keys {
		out, err := test(tree, tests[key])
		if err != nil || bytes.Contains(out, []byte("[no tests to run]")) || bytes.Contains(out, []byte("[no test files]")) {
			wrong = append(wrong, fmt.Sprintf("go test %s fails, or runs nothing, on the code as it is:\n%s", key, out))
		}
	}
	if len(wrong) > 0 {
		return errors.New(strings.Join(wrong, "\n"))
	}
	fmt.Printf("%d sets of tests are green on the code as it is\n", len(keys))
	return nil
}

// hunt applies the mutations, each worker in its own tree, and lists the
// survivors.
func hunt(trees []string, all []*mutation) (survivors []string, err error) {
	next := make(chan *mutation)
	var mutex sync.Mutex
	var workers sync.WaitGroup
	for _, tree := range trees {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for m := range next {
				began := time.Now()
				killed, failure := m.apply(tree)
				mutex.Lock()
				verdict := "killed  "
				if failure != nil {
					err, verdict = failure, "BROKEN  "
				} else if !killed {
					survivors, verdict = append(survivors, fmt.Sprintf("%s (%s)", m.name, m.path)), "SURVIVES"
				}
				fmt.Printf("%s %5.1fs  %s\n", verdict, time.Since(began).Seconds(), m.name)
				mutex.Unlock()
			}
		}()
	}
	for _, m := range all {
		next <- m
	}
	close(next)
	workers.Wait()
	sort.Strings(survivors)
	return survivors, err
}

// apply changes the tree, runs the tests and changes it back.
func (m *mutation) apply(tree string) (killed bool, err error) {
	path := filepath.Join(tree, m.path)
	if err := os.WriteFile(path, []byte(strings.Replace(m.text, m.find, m.put, 1)), 0o644); err != nil {
		return false, err
	}
	defer os.WriteFile(path, []byte(m.text), 0o644)
	if strings.HasSuffix(path, ".go") {
		build := exec.Command("go", "build", "./"+m.folder)
		build.Dir = tree
		if out, err := build.CombinedOutput(); err != nil {
			return false, fmt.Errorf("line %d, %s: does not compile:\n%s", m.line, m.name, out)
		}
	}
	_, err = test(tree, m.test)
	return err != nil, nil
}

// test runs go test in a tree; a test that hangs fails.
func test(tree string, arguments []string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "go", append([]string{"test", "-count=1", "-vet=off", "-timeout=5m"}, arguments...)...)
	command.Dir = tree
	return command.CombinedOutput()
}
