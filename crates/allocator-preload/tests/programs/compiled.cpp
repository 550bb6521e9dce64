// Something for a C++ compiler to chew on, and its result.
#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <regex>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

template <int N> struct Chain : Chain<N - 1> {
    std::map<int, std::vector<std::string>> of;
    Chain() {
        for (int i = 0; i < N; i++) of[i % 7].push_back(std::string(i, 'a' + N % 26));
    }
    size_t sum() const {
        size_t sum = Chain<N - 1>::sum();
        for (auto &[key, list] : of)
            for (auto &it : list) sum += key * it.size();
        return sum;
    }
};
template <> struct Chain<0> {
    size_t sum() const { return 0; }
};

struct Expression;
using Node = std::unique_ptr<Expression>;
struct Expression {
    std::variant<int, std::pair<Node, Node>> it;
};
static Node grow(int depth, int seed) {
    if (depth == 0) return Node(new Expression{seed});
    return Node(new Expression{std::make_pair(grow(depth - 1, seed * 3 + 1), grow(depth - 1, seed * 5 + 2))});
}
static long value(const Expression &e) {
    if (auto number = std::get_if<int>(&e.it)) return *number % 101;
    auto &[a, b] = std::get<1>(e.it);
    return value(*a) - 2 * value(*b);
}

int main() {
    std::cout << Chain<40>().sum() << "\n" << value(*grow(14, 1)) << "\n";
    std::string text;
    for (int i = 0; i < 3000; i++) text += std::to_string(i * 7919) + (i % 3 ? " " : ", ");
    std::regex pattern("(\\d)(\\d*)7(\\d), ");
    std::unordered_map<std::string, int> counts;
    for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it) counts[(*it)[1]]++;
    std::vector<std::pair<std::string, int>> sorted(counts.begin(), counts.end());
    std::sort(sorted.begin(), sorted.end());
    for (auto &[key, count] : sorted) std::cout << key << " " << count << "\n";
}
