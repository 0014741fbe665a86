"""report.py LIST RESULTS SKIPS: what became of every test of a list.

Prints the tests that failed, each with the last line of its reason, and the counts. A test that did not run at all has
failed; so has one that was skipped, unless SKIPS names it. Ends with 1 if anything failed.
"""

import re
import sys

import subunit
import testtools

# What is said of a whole class stands for each of its tests.
CLASS = re.compile(r"(setUpClass|tearDownClass) \((?P<name>.+)\)")


def last_line(details):
    """The last line of what a result says for itself."""
    for name, content in sorted(details.items()):
        if name == "reason" or name.startswith("traceback"):
            lines = content.as_text().strip().splitlines()
            return lines[-1] if lines else ""
    return ""


def read(path):
    """Outcomes by test id, and by class for classes that could not be set up."""
    tests, classes = {}, {}

    def on_test(test):
        outcome = (test["status"], last_line(test["details"] or {}))
        whole = CLASS.match(test["id"])
        if whole:
            classes.setdefault(whole["name"], outcome)
        elif test["status"] != "exists":
            tests[test["id"]] = outcome

    collector = testtools.StreamToDict(on_test)
    collector.startTestRun()
    with open(path, "rb") as stream:
        subunit.ByteStreamToStreamResult(stream, non_subunit_name="stdout").run(collector)
    collector.stopTestRun()
    return tests, classes


def named(path):
    """Test ids or their beginnings, each with the reason for which it may be skipped."""
    with open(path, encoding="utf-8") as lines:
        kept = [line.split(None, 1) for line in lines if line.strip() and not line.startswith("#")]
    for skip in kept:
        if len(skip) < 2:
            sys.exit(f"{path}: {skip[0]} is named without a reason")
    return {prefix: reason.strip() for prefix, reason in kept}


def main(list_path, results_path, skips_path):
    tests, classes = read(results_path)
    skips = named(skips_path)
    passed, skipped, failed = 0, [], []
    with open(list_path, encoding="utf-8") as lines:
        wanted = [line.strip() for line in lines if line.strip()]
    for test in wanted:
        name = test.partition("[")[0]
        of_class = classes.get(name.rpartition(".")[0], ("", "it did not run"))
        status, why = tests.get(test, of_class)
        reason = next((reason for prefix, reason in skips.items() if name.startswith(prefix)), None)
        if status in ("success", "xfail"):
            passed += 1
        elif status == "skip" and reason:
            skipped.append((name, reason))
        elif status == "skip":
            failed.append((name, f"skipped, which skips.txt does not name: {why}"))
        else:
            failed.append((name, why))
    for name, reason in skipped:
        print(f"skipped  {name}\n         {reason}")
    for name, why in failed:
        print(f"failed   {name}\n         {why[:300]}")
    for name, (status, why) in classes.items():
        if status == "fail":
            print(f"class    {name}\n         {why[:300]}")
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
