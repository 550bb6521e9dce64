# A history of 40 commits on two branches, packed, checked and shown.
set -e
export HOME="$PWD" GIT_CONFIG_NOSYSTEM=1 LC_ALL=C TZ=UTC0
export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.org GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.org
git init -q -b main there
cd there
git config gc.auto 0
git config maintenance.auto false
commit() {
    export GIT_AUTHOR_DATE="$((1700000000 + $1 * 60)) +0000" GIT_COMMITTER_DATE="$((1700000000 + $1 * 60)) +0000"
    git add -A
    git commit -q -m "Change $1"
}
for i in $(seq 1 40); do
    [ "$i" = 20 ] && git checkout -q -b side
    [ "$i" = 30 ] && git checkout -q main
    mkdir -p "folder$((i % 5))"
    seq "$i" "$((i + 800))" >"folder$((i % 5))/file$i.txt"
    seq 1 "$((i * 50))" >"growing$((i > 19 && i < 30)).txt"
    commit "$i"
done
export GIT_COMMITTER_DATE="1700009999 +0000" GIT_AUTHOR_DATE="1700009999 +0000"
git merge -q -m "Both together" side
git log --graph --stat --format='%H %ad %s' --date=iso | tail -n 400
git diff HEAD~5 HEAD --stat
git blame -s growing0.txt | cut -c 1-40 | uniq -c
git gc -q --aggressive --prune=now
git repack -q -a -d -f --depth=20 --window=20
git fsck --full --strict
git rev-list --objects --all | git cat-file --batch-check='%(objecttype) %(objectsize) %(objectname)' --buffer | sort | tail -n 100
git grep -c '77$' | tail -n 20
git archive HEAD | cksum
git clone -q --bare . ../copy.git
git -C ../copy.git log --oneline --all | wc -l
git status --short --branch
