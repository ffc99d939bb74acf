import Combine
import SwiftUI
@testable import Kitchen

/// Shows all recipes, the newest first.
struct RecipeListView: View {
    @StateObject private var model = RecipeListModel()
    @State private var query = ""
    let columns: [GridItem]

    var body: some View {
        NavigationStack {
            List(model.recipes) { recipe in
                RecipeRow(recipe: recipe)
            }
            .searchable(text: $query)
            .task { await model.load() }
        }
    }

    /// Opens a recipe.
    private func open(_ recipe: Recipe, animated: Bool = true) {
        model.select(recipe)
        Analytics.shared.track("open", recipe.id)
    }
}

@MainActor
final class RecipeListModel: ObservableObject, Sendable {
    @Published private(set) var recipes: [Recipe] = []
    private let store: RecipeStore
    weak var delegate: RecipeListDelegate?

    init(store: RecipeStore = .shared) {
        self.store = store
    }

    deinit {
        print("gone")
    }

    func load() async throws -> Int {
        recipes = try await store.fetchAll().sorted(by: \.name)
        return recipes.count
    }
}

protocol RecipeListDelegate: AnyObject {
    var isActive: Bool { get }
    func didSelect(_ recipe: Recipe) -> Bool
}

enum Course: String, CaseIterable {
    case starter, main
    case dessert = "sweet"

    var title: String { rawValue.capitalized }
}

extension Recipe: Identifiable {
    static func sample(named name: String) -> Recipe {
        Recipe(name: name, minutes: 20)
    }
}

typealias Handler = (Recipe) -> Void

actor RecipeStore {
    subscript(id: Int) -> Recipe? { nil }
}

// Minutes as people say them.
func spoken(_ minutes: Int) -> String {
    minutes < 60 ? "\(minutes) min" : String(format: "%d h", minutes / 60)
}
